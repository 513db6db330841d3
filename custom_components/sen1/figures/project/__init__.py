"""Citizen investment: a project, its production, one's part of it."""
