"""What the household answers to a repair: a flow for each issue of an account."""
