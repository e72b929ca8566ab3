"""Where the texts of the bot's features stand: in the folder of each feature, beside its code."""

from pathlib import Path

PACKAGE = Path(__file__).parent
TEXTS = tuple(sorted(PACKAGE.glob("*/*texts.toml")))
"""Every file of texts of the bot, in both languages."""
