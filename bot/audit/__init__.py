"""The command line of the audit, and of subject access (all that is held about a person)."""
