"""The nouns (名词): frozen, typed, without any input or output."""
