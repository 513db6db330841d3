"""The watch over an installation: what is wrong with it, by its own history."""
