"""`hwb`: the command line, thin: read the options, call a service, print a shape (contract, section 5)."""

from bot.cli.main import main

__all__ = ["main"]
