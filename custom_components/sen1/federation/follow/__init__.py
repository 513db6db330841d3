"""What friends publish: items become series, and what was missed is asked for."""
