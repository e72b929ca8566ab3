"""Settings that can't be used, or would do harm later: the start stops, and says what was expected."""

from pathlib import Path

import pytest

from bot.cli.language import texts
from bot.settings_loading import load_settings
from bot.settings_tables import RetentionSettings
from provisioning.errors import KnownError
from tests.bot.command_line import CommandLine
from tests.bot.refused_settings import refusal

BY_EMAIL = {"by": "email", "to": "desk@example.wales", "sender": "hwb@example.wales", "host": "mail"}


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
        ("http://slack.example.wales/api/", "begins with https://"),
        ("http://127.0.0.1.example.wales/api/", "begins with https://"),
        ("slack.com/api", "begins with https://"),
        ("", "begins with https://"),
        ("https://:443/", "begins with https://"),
        ("https://slack.example.wales:abc/", "from 1 to 65535"),
        ("https://slack.example.wales:99999/", "65535"),
        ("https://slack.example.wales:0/", "from 1 to 65535"),
        ("https://[slack.example.wales/", "begins with https://"),
        ("https://slack.example.wales/a b", "without spaces"),
        ("https://slack.example.wales/\u00f4l", "%C3%B4"),
    ],
)
@pytest.mark.parametrize("name", ["slack_api_url", "events", "hand_over"])
def test_an_address_that_cannot_be_asked_or_would_be_read_on_the_way_is_refused(
    name: str, url: str, expected: str
) -> None:
    """Slack's tokens, events and cases go to no other machine unencrypted."""
    given = {"slack_api_url": url, "events": {"url": url}, "hand_over": {"by": "webhook", "url": url}}[name]
    assert expected in refusal({name: given})


def test_addresses_of_this_machine_and_encrypted_ones_are_taken() -> None:
    for url in (
        "http://127.0.0.1:3000/api/",
        "http://localhost/api/",
        "http://[::1]:3000/",
        "https://slack.com/api/",
    ):
        assert load_settings({"slack_api_url": url}, {}).slack_api_url == url


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"lead_days": 7.5}, "The setting lead_days is 7.5; a whole number was expected."),
        ({"lead_days": "soon"}, 'The setting lead_days is "soon"; a whole number was expected.'),
        ({"lang": "EN"}, "The setting lang is \"EN\"; one of 'en', 'cy' was expected."),
        ({"node": "a b"}, 'The setting node is "a b"; something such as worker-1 was expected.'),
        ({"office_days": "mon"}, 'The setting office_days is "mon"; a list in square brackets was expected.'),
        ({"events": "https://a.example"}, 'The setting events is "https://a.example"; a table was expected.'),
        ({"events": {}}, "The setting events.url is missing; its table must have it."),
        ({"hand_over": {"url": "x"}}, "The setting hand_over.by is missing; its table must have it."),
        (
            {"hand_over": {"by": "EMAIL"}},
            "The setting hand_over.by is \"EMAIL\"; one of 'email', 'webhook' was expected.",
        ),
        (
            {"hand_over": {"by": "email", "port": "x"}},
            "The setting hand_over.to is missing; its table must have it.",
        ),
        (
            {"retention": {"Audit": 400}},
            "There is no setting retention.Audit; a name of its table was expected, in small letters.",
        ),
        (
            {"export": {"kinds": {"Pupil": "child"}}},
            'The setting export.kinds.Pupil is "child"; '
            "one of 'learner', 'staff', 'non-mis', 'governor' was expected.",
        ),
        ({"at": "tomorrow"}, 'The setting at is "tomorrow"; a moment such as 2026-08-26T06:00 was expected.'),
        (
            {"export": {"client_timeout_seconds": 0}},
            "The setting export.client_timeout_seconds is 0; more than 0.0 was expected.",
        ),
    ],
)
def test_the_error_names_the_setting_what_it_is_and_what_was_expected(
    given: dict[str, object], said: str
) -> None:
    error = refused(given)
    assert texts().say(error.said, "en") == said
    assert "docs/settings.md" in texts().say(error.hint, "en")
    assert "Input" not in texts().say(error.said, "cy")


@pytest.mark.parametrize("name", ["database_url", "SLACK_BOT_TOKEN", "smtp_password"])
def test_of_a_secret_that_cannot_be_used_nothing_is_told(name: str) -> None:
    """A program that hands it over in brackets, for one."""
    error = refused({name: ["postgresql://hwb:s3cr3t@db/hwb"]})
    assert "s3cr3t" not in texts().say(error.said, "en")
    assert name in texts().say(error.said, "en")


def test_a_file_that_was_saved_by_an_editor_on_windows_is_read(tmp_path: Path) -> None:
    file = tmp_path / "hwb.toml"
    file.write_bytes(b'\xef\xbb\xbflang = "cy"\r\n')
    assert load_settings({}, {"HWB_SETTINGS": str(file)}).lang == "cy"


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ([["6602001"], ["6602001", "6602002"]], "6602001 is in 2 groups"),
        ([["660"], ["660"]], "660 is in 2 groups"),
        ([[], ["660"], []], "group 1, group 3 name no schools"),
        ([["Bryn Mawr"]], '"Bryn Mawr" is no school number such as 6602001'),
        ([["66"]], '"66" is no school number such as 6602001'),
    ],
)
def test_a_school_runs_at_the_times_of_one_group(groups: list[list[str]], said: str) -> None:
    """Of two groups one would never run it, and a misspelt number would run it with all the others."""
    written = [{"name": f"group {place}", "schools": named} for place, named in enumerate(groups, 1)]
    assert said in refusal({"groups": written})


def test_a_school_may_have_another_group_than_its_authority() -> None:
    written = [
        {"name": "all"},
        {"name": "county", "schools": ["660"]},
        {"name": "one", "schools": ["6602001"]},
    ]
    assert len(load_settings({"groups": written}, {}).groups) == 3


def test_a_day_that_no_year_has_is_no_time_to_run_at() -> None:
    assert "on no day of any year" in refusal({"groups": [{"name": "all", "cron": "0 6 30 2 *"}]})
    load_settings({"groups": [{"name": "all", "cron": "0 6 29 2 *"}]}, {})


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"])
def test_a_token_under_a_name_that_is_not_read_is_an_error(name: str) -> None:
    """It would be passed over, and the bot would say that it has none."""
    with pytest.raises(KnownError) as error:
        load_settings({}, {f"HWB_{name}": "xoxb-1"})
    assert error.value.name == "setting-unknown"
    known = str(error.value.said.values["known"]).split(", ")
    assert name in known
    assert f"HWB_{name}" not in known


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"lead_days": True}, "lead_days"),
        ({"health_port": True}, "health_port"),
        ({"retention": {"audit": True}}, "retention.audit"),
        ({"safeguards": {"year_jump": True}}, "safeguards.year_jump"),
        ({"hand_over": {**BY_EMAIL, "port": True}}, "hand_over.port"),
    ],
)
def test_a_truth_value_is_no_number(given: dict[str, object], name: str) -> None:
    """`lead_days = true` counted as one day."""
    assert refusal(given) == f"The setting {name} is true; a whole number was expected."


@pytest.mark.parametrize(
    ("variable", "given"), [("HWB_LEAD_DAYS", "true"), ("HWB_RETENTION", '{"audit": true}')]
)
def test_nor_is_it_in_the_environment(variable: str, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, given)
    assert "a whole number was expected" in refusal({})


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"extracts": "a\0b"}, "extracts"),
        ({"extracts": Path("a\0b")}, "extracts"),
        ({"key_dates_file": "a\0b"}, "key_dates_file"),
        ({"export": {"accounts": "a\0b"}}, "export.accounts"),
        ({"export": {"client": ["client", "a\0b"]}}, "export.client"),
        ({"export": {"columns": {"a\0b": "UPN"}}}, "export.columns"),
    ],
)
def test_a_path_or_argument_that_no_system_can_have_is_refused(given: dict[str, object], name: str) -> None:
    said = refusal(given)
    assert said.startswith(f"The setting {name} is ")
    assert said.endswith("; a text without the character NUL (\\u0000) was expected.")
    assert "\0" not in said
    assert "testun heb y nod NUL" in refusal(given, "cy")


def test_of_an_address_with_that_character_its_password_is_not_told() -> None:
    assert "s3cr3t" not in refusal({"database_url": "postgresql://hwb:s3cr3t@db/a\0b"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"slack_api_url": "http://a.example"}, "disgwylid cyfeiriad sy'n dechrau â https://"),
        ({"office_hours": "8-17"}, 'nid yw "8-17" yn amser agor a chau fel 08:00-17:00'),
        ({"office_days": ["mon"]}, "disgwylid o leiaf 3 diwrnod o'r wythnos, ond 1 a roddwyd"),
        ({"groups": [{"name": "a", "cron": "6 o'clock"}]}, "yn llinell crontab o bum maes fel 0 6 * * *"),
        ({"groups": [{"name": "a", "cron": "0 1 * * *"}]}, "pan fydd y clociau'n newid"),
        ({"api_trusted_proxies": ["::/0"]}, '"::/0" yw pob cyfeiriad sydd'),
    ],
)
def test_welsh_operators_read_in_welsh_what_is_wrong(given: dict[str, object], said: str) -> None:
    assert said in refusal(given, "cy")
    assert "Ni ellir defnyddio'r gosodiad" in refusal(given, "cy")


@pytest.mark.integration
@pytest.mark.parametrize(
    ("settings", "asked"), [("", "--lang cy"), ('lang = "cy"\n', "")], ids=["option", "settings file"]
)
@pytest.mark.parametrize("command", ["check", "check --json", "runs"])
def test_the_language_asked_for_counts_also_where_another_setting_cannot_be_used(
    command: str, settings: str, asked: str, hwb: CommandLine
) -> None:
    hwb.write("hwb.toml", settings + "lead_days = true\n")
    said = hwb(f"{command} {asked}")
    assert "Y gosodiad lead_days yw true; disgwylid rhif cyfan." in said.out + said.err
