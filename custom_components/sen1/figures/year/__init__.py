"""The year to come and what it says: forecast, cost, energy class."""
