"""Measurements: ratios against a named reference in one run, never a timed assertion in a test."""
