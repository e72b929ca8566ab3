"""Reads extracts: the folder of a school, its formats, limits, and the rows that are rejected."""
