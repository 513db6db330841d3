"""What an organiser and its members say to one another (docs/protocol.md)."""
