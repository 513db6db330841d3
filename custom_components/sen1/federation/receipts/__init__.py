"""Receipts by day: what was sent to friends, what came of theirs, and whether both agree."""
