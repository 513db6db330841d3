"""What the federation says, and when: stanzas, names, grants, the cores that decide.

Pure: nothing of Home Assistant, no clock, no network; time and randomness are arguments.
"""
