"""What members of a collection come to together, and what of it may be given on."""
