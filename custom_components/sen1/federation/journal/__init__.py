"""What was said, sent, received and erased; never a value."""
