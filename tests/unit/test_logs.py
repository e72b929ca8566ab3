"""The log carries nobody's identifier, whoever writes it."""

import io
import logging

from bot.logs import Masking


def test_what_a_library_quotes_is_masked_in_the_line_and_in_the_traceback() -> None:
    shown = io.StringIO()
    handler = logging.StreamHandler(shown)
    handler.setFormatter(Masking("%(levelname)s %(message)s"))
    log = logging.Logger("a-library")
    log.addHandler(handler)
    try:
        raise ValueError("Key (upn)=(H801200001001) already exists: bloggsj@hwbcymru.net")
    except ValueError:
        log.exception("could not store %s", "R201100018042")
    text = shown.getvalue()
    assert text.startswith("ERROR could not store ***")
    assert "already exists" in text
    assert not any(private in text for private in ("H801200001001", "R201100018042", "bloggsj"))
