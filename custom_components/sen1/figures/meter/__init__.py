"""Meters that people read."""
