"""Who may have what, from what the household decided; no server is touched here."""
