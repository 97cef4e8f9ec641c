"""The sender, against channels that fail."""
