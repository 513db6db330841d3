"""What administrators are shown of an account, and may do, where several parts have it together."""
