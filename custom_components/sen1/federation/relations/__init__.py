"""Who somebody is to this account, and who belongs to its circles and collections."""
