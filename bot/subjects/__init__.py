"""Erasure and correction of what is held about one person, at their request."""
