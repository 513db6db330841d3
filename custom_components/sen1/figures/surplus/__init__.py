"""Surplus, shared out between what could run on it."""
