"""Roles: listed, given and taken away."""
