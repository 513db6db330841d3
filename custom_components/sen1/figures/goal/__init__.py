"""What a household set itself: less than last winter, a budget, a share of the sun, a limit."""
