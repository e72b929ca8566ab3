"""Numbers as settings: the safeguards', stricter at will, looser up to a bound; days ahead; messages."""

import pytest

from bot.safeguard_settings import SafeguardSettings
from bot.settings_loading import load_settings
from knowledge.loading import Knowledge
from knowledge.texts import Language
from provisioning.errors import KnownError
from provisioning.planning.safeguard_limits import DEFAULT_LIMITS, Limit
from tests.bot.command_line import CommandLine


def test_without_settings_the_numbers_are_those_of_the_contract() -> None:
    assert load_settings({}, {}).safeguards.limits == DEFAULT_LIMITS


def test_a_setting_changes_its_own_number_only() -> None:
    limits = SafeguardSettings(learners_leaving=4, learners_leaving_percent=5).limits
    assert limits.learners_leaving == Limit(4, 5)
    assert limits.staff_leaving == DEFAULT_LIMITS.staff_leaving


@pytest.mark.parametrize("name", sorted(SafeguardSettings.model_fields))
def test_each_number_has_a_bound_on_the_loose_side_that_stops_the_start(name: str) -> None:
    field = SafeguardSettings.model_fields[name]
    (most,) = (bound.le for bound in field.metadata if hasattr(bound, "le"))
    with pytest.raises(KnownError) as refused:
        load_settings({"safeguards": {name: most + 1}}, {})
    assert refused.value.name == "setting-too-high"
    assert refused.value.said.values == {"name": f"safeguards.{name}", "given": most + 1, "most": most}
    assert f"at most {most}." in str(field.description) or f"1 to {most}." in str(field.description)


@pytest.mark.parametrize(("given", "error"), [(0, "setting-too-low"), (6, "setting-too-high")])
def test_messages_in_a_day_have_bounds_on_both_sides(given: int, error: str) -> None:
    with pytest.raises(KnownError) as refused:
        load_settings({"alerts_a_day": given}, {})
    assert refused.value.name == error


@pytest.mark.parametrize(("given", "error"), [(0, "setting-too-low"), (29, "setting-too-high")])
def test_days_ahead_have_bounds_on_both_sides(given: int, error: str) -> None:
    with pytest.raises(KnownError) as refused:
        load_settings({"lead_days": given}, {})
    assert refused.value.name == error


def test_sentences_say_the_days_ahead_that_are_in_force(knowledge: Knowledge) -> None:
    def said(known: Knowledge, language: Language) -> str:
        return known.catalogue.say("step.on-roll.question", language)

    week = knowledge.with_lead_days(7)
    assert said(week, "en") == "Is the person on roll, or joining within 7 days?"
    assert said(week, "cy") == "A yw'r person ar y gofrestr, neu'n ymuno o fewn 7 diwrnod?"
    assert "within 14 days" in said(knowledge, "en")  # the other catalogue is as it was


@pytest.mark.parametrize("name", ["SAFEGUARDS", "GROUPS", "EXPORT", "RETENTION"])
@pytest.mark.parametrize("given", ["", "strict", '{"learners_leaving": 3'])
def test_a_table_in_the_environment_that_is_no_json_is_told_by_its_name(
    name: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"HWB_{name}", given)
    with pytest.raises(KnownError) as refused:
        load_settings({})
    assert refused.value.name == "setting-no-json"
    assert refused.value.said.values == {"variable": f"HWB_{name}"}


@pytest.mark.parametrize("given", [True, "5", 5.0])
def test_a_number_of_a_safeguard_is_a_whole_number_and_nothing_that_could_be_taken_for_one(
    given: object,
) -> None:
    with pytest.raises(KnownError) as refused:
        load_settings({"safeguards": {"learners_leaving": given}}, {})
    assert refused.value.name == "setting-other"


@pytest.mark.integration
def test_a_number_out_of_bounds_says_what_was_expected_and_what_to_do(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HWB_SAFEGUARDS", '{"learners_leaving_percent": 40}')
    said = hwb("schools list")
    assert said.explains("safeguards.learners_leaving_percent is 40; 14 or less was expected", "settings.md")
