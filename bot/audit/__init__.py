"""The audit and subject access on the command line."""
