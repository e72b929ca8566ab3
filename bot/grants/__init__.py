"""Roles given and taken away."""
