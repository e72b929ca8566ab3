"""Pages of docs/ that are made from the code: each says what the code says."""

from collections.abc import Callable

import pytest

from bot.service.pages import PAGES, errors_page, readable, settings_page
from bot.settings import Settings
from tests.everything import knowledge
from tests.paths import REPOSITORY

DOCS = REPOSITORY / "docs"


@pytest.mark.parametrize(("name", "make"), PAGES.items())
def test_a_page_is_what_the_code_says(name: str, make: Callable[[], str]) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == make(), "run make pages"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_stands_on_the_page_by_its_variable(name: str) -> None:
    assert f"`HWB_{name.upper()}`" in settings_page() or f"`{name.upper()}`" in settings_page()


def test_a_secret_has_no_name_in_the_file_of_settings() -> None:
    assert "`HWB_SMTP_PASSWORD`" in settings_page()
    assert "`smtp_password`" not in settings_page()


def test_the_page_of_errors_has_every_error_once_in_order() -> None:
    listed = [line[4:-1] for line in errors_page().splitlines() if line.startswith("## ")]
    all_keys = knowledge().catalogue.keys()
    keys = [key.split(".", 1) for key in all_keys if "." in key and not key.endswith(".hint")]
    assert listed == [name for table, name in keys if table == "error"]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("School {{ school }} is not there.", "School `{school}` is not there."),
        ("It took {{ n | count('day', 'days') }}.", "It took `{n}`."),
        (
            "It ended.{% if log %} Its log ends: {{ log }}{% endif %}",
            "It ended. (if known: Its log ends: `{log}`)",
        ),
        ("{% if as_of %}As of {{ as_of }}{% else %}never{% endif %}", "(either: As of `{as_of}`; or: never)"),
        ("<url> or a_b", r"\<url\> or a\_b"),
    ],
)
def test_a_text_with_values_can_be_read(template: str, said: str) -> None:
    assert readable(template) == said
