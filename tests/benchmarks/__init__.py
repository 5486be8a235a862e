"""Measurements (`make bench`): ratios within one run, never a verdict, never part of the tests."""
