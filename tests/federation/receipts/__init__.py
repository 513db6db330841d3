"""Receipts by day."""
