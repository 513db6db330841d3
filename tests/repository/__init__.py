"""What hassfest, the HACS action and a reviewer would check, without a network."""
