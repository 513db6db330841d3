"""The challenges that are organised here: who saved how much, by rules, and who is first."""
