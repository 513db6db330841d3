"""What the entities of friends' series, feeds and projects share."""
