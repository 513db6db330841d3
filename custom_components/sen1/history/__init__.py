"""The recorder: what was measured is read back from it."""
