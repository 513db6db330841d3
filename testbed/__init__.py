"""What the demo, the tests and the benchmarks run on: real meters, servers, Home Assistants."""
