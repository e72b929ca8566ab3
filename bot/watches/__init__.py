"""Watches: somebody asked to be told when an account is there; told once, then forgotten."""
