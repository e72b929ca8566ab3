"""App Home, help, and the language of answers."""
