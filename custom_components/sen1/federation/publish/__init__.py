"""What this home publishes: entities become items; the server is brought to what was decided."""
