"""What each label means: how it is written, what it becomes, when it is believed."""
