"""The line of a meter: bytes become groups and frames; how it is opened and read."""
