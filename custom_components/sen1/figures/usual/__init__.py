"""What is usual of a power, at this quarter of an hour on such a day; and what is not."""
