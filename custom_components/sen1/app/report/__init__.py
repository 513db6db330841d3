"""The report of a site between two days: gathered, drawn on sheets of paper, written as a table."""
