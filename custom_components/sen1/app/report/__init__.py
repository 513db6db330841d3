"""The report of a site between two days: gathered, drawn on four sheets, written as a table."""
