"""`python -m bot` is `hwb`."""

from bot.cli import main

main()
