"""Tests: `unit` mirrors the tree, `flows` are the six stories, `attacks` are what an enemy or a power cut does."""
