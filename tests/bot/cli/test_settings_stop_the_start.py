"""Settings that would do harm later, unseen: they stop the start, and the error says what was expected."""

import pytest

from bot.settings import load_settings
from bot.settings_tables import RetentionSettings
from provisioning.errors import KnownError


def refused(given: dict[str, object]) -> KnownError:
    with pytest.raises(KnownError) as error:
        load_settings(given, {})
    return error.value


@pytest.mark.parametrize("name", sorted(RetentionSettings.model_fields))
def test_days_from_before_the_calendar_begins_are_refused(name: str) -> None:
    """Each night's deletion would end in an error before it has deleted anything."""
    error = refused({"retention": {name: 999_999_999}})
    assert error.name == "setting-too-high"
    assert error.said.values["most"] == 36_500
    load_settings({"retention": {name: 36_500}}, {})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://slack.example.wales/api/", "must begin with https://"),
        ("http://127.0.0.1.example.wales/api/", "must begin with https://"),
        ("slack.com/api", "must begin with https://"),
        ("", "must begin with https://"),
        ("https://:443/", "must begin with https://"),
        ("https://slack.example.wales:abc/", "abc"),
        ("https://slack.example.wales:99999/", "65535"),
        ("https://slack.example.wales/a b", "no spaces"),
        ("https://slack.example.wales/\u00f4l", "%C3%B4"),
    ],
)
@pytest.mark.parametrize("name", ["slack_api_url", "events", "hand_over"])
def test_an_address_that_cannot_be_asked_or_would_be_read_on_the_way_is_refused(
    name: str, url: str, expected: str
) -> None:
    """Slack's tokens, events and cases go to no other machine unencrypted."""
    given = {"slack_api_url": url, "events": {"url": url}, "hand_over": {"by": "webhook", "url": url}}[name]
    assert expected in str(refused({name: given}).said.values["problem"])


def test_addresses_of_this_machine_and_encrypted_ones_are_taken() -> None:
    for url in (
        "http://127.0.0.1:3000/api/",
        "http://localhost/api/",
        "http://[::1]:3000/",
        "https://slack.com/api/",
    ):
        assert load_settings({"slack_api_url": url}, {}).slack_api_url == url
