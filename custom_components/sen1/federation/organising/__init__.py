"""Collections that are organised here: who takes part, and what comes of them."""
