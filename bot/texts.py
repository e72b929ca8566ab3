"""The files of the bot's texts, which stand in each feature's folder, beside its code."""

from pathlib import Path

PACKAGE = Path(__file__).parent
TEXTS = tuple(sorted(PACKAGE.glob("*/*texts.toml")))
"""Every file of texts of the bot, in both languages."""
PHRASES = tuple(sorted(PACKAGE.glob("*/phrases.toml")))
"""Every file of sentences with which verbs are asked for."""
