"""What members of a collection come to together."""
