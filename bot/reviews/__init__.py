"""The review of accounts made by hand."""
