"""The command line: its entry point, the options that commands share, and their output."""
