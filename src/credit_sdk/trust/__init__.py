"""What may be believed (信任): The Update Framework through python-tuf, and nothing of our own in its place."""
