"""What electricity costs: contracts, periods and prices, now and in the past."""
