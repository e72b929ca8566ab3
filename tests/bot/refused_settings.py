"""What operators read where the start is stopped by a setting that can't be used."""

from collections.abc import Mapping

import pytest

from bot.cli.language import texts
from bot.settings_loading import load_settings
from knowledge.texts import Language
from provisioning.errors import KnownError


def refusal(given: Mapping[str, object], language: Language = "en") -> str:
    """Return the sentence by which the settings `given` are refused."""
    with pytest.raises(KnownError) as refused:
        load_settings(given, {})
    return texts().say(refused.value.said, language)
