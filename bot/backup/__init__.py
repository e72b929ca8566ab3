"""Backups of the embedded database: taken while it is in use, and brought back."""
