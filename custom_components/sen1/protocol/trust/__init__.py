"""Who said what: keys, signed statements, the journal's chain, receipts (docs/protocol.md)."""
