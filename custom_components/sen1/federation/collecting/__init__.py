"""Collections: what many homes are asked for, and what this home takes part in."""
