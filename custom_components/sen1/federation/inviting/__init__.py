"""Who was invited by a link, and what friends would like to receive."""
