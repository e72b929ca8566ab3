"""The formats in which schools hand in their records."""
