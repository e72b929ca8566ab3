"""Which people of a school have no account, by cause."""
