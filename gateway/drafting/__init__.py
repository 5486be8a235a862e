"""The drafting room (法律起草): law files, read, checked, compared and made into one catalogue document."""
