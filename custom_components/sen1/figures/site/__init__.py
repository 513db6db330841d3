"""A home, a school, a town hall: what measures it, its balance, its past."""
