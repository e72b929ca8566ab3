"""The guide with the bot's own texts, read once in a test process: reading every template takes a second."""

from functools import cache

from bot.service import bootstrap

knowledge = cache(bootstrap.knowledge)
