"""`python -m bot` is `hwb`."""

from bot.cli.main import main

main()
