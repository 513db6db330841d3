"""Counting: what readings add up to, exactly, whatever sends them."""
