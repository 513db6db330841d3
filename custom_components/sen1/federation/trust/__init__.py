"""The keys of the account and those of its peers: who signs, and whom we believe."""
