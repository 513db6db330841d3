"""How a challenge is made, and what administrators are told of those that they organise."""
