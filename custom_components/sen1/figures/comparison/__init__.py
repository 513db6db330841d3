"""Homes beside each other: groups and rankings."""
