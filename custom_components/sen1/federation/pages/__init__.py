"""Every form and page of an account, and the answers to its repair issues."""
