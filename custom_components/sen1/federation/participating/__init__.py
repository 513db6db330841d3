"""Collections of others that this home takes part in."""
