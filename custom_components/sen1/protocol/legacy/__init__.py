"""What speaks older dialects writes: messages of 2019, times of a clock set twice a year."""
