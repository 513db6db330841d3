"""What is said and asked, and what is remembered until it is said and done."""
