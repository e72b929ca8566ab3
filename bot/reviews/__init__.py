"""Reviews of accounts made by hand."""
