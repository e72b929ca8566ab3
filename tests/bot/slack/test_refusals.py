"""Who may do what, in words: every refusal and docs/roles.md come from the one table."""

import pytest

from bot.people.permissions import MAY, Act, Caller, Grant, Role
from bot.service.features import VERBS
from bot.slack.refusals import help_, markdown, refusal_at, refusal_of, refused, who_may
from bot.slack.voice import Voice
from knowledge.texts import Language
from tests.builders import BRYN, GLAN, NANT
from tests.everything import knowledge
from tests.paths import REPOSITORY

ROLES = REPOSITORY / "docs" / "roles.md"


@pytest.fixture(scope="module")
def english() -> Voice:
    return Voice(knowledge().catalogue, "en")


@pytest.fixture(scope="module")
def welsh(english: Voice) -> Voice:
    return Voice(english.catalogue, "cy")


def test_the_page_is_what_the_table_says(english: Voice) -> None:
    assert ROLES.read_text(encoding="utf-8") == markdown(VERBS, english), (
        "hwb roles --markdown > docs/roles.md"
    )


def test_a_refusal_names_those_of_the_table(english: Voice, welsh: Voice) -> None:
    assert refused(Act.UNDO, english).text == (
        "A run can be undone by a provisioning manager, a local authority officer, or an administrator."
    )
    assert refused(Act.UNDO, welsh).text == (
        "Gall rheolwr darparu, swyddog awdurdod lleol neu weinyddwr ddadwneud rhediad."
    )
    assert refused(Act.GRANTS, welsh).text == "Gall gweinyddwr roi a thynnu rolau."


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_act_has_its_sentence(act: Act, language: Language, english: Voice) -> None:
    voice = Voice(english.catalogue, language)
    assert who_may(act, voice) in refused(act, voice).text
    for role in MAY[act]:
        either = (voice.plain(f"role.{role}.one"), voice.plain(f"role.{role}.or"))
        assert any(words in refused(act, voice).text for words in either)


def test_a_refusal_fits_who_asks(english: Voice) -> None:
    huw = Caller("U0HUW", (Grant("U0HUW", Role.MIS_ADMINISTRATOR, GLAN.number),))
    assert refusal_of(huw, Act.DIAGNOSE, GLAN, english) is None
    assert refusal_of(huw, Act.RUN, GLAN, english) == refused(Act.RUN, english)
    known = [GLAN, NANT]
    assert refusal_at(huw, Act.RUN, GLAN.number, known, english) == refused(Act.RUN, english)
    for number in (NANT.number, "6809999"):
        external_directory = refusal_at(huw, Act.RUN, number, known, english).text
        assert f"You have no role at school {number}" in external_directory
    nobody = Caller("U0ELIS", ())
    for refusal in (refusal_of(nobody, Act.RUN, None, english), refusal_at(nobody, Act.RUN, "", (), english)):
        assert refusal is not None
        assert "I answer people who have a role" in refusal.text


def test_a_user_who_is_refused_does_not_learn_whether_the_buttons_school_is_there(english: Voice) -> None:
    huw = Caller("U0HUW", (Grant("U0HUW", Role.MIS_ADMINISTRATOR, GLAN.number),))
    refusal = refusal_of(huw, Act.RUN, BRYN, english)
    assert refusal == refusal_of(huw, Act.RUN, None, english)
    assert refusal is not None
    assert BRYN.number not in str(refusal)


def test_help_shows_what_one_may_and_who_may_the_rest(english: Voice) -> None:
    huw = Caller("U0HUW", (Grant("U0HUW", Role.MIS_ADMINISTRATOR, GLAN.number),))
    shown = [str(block) for block in help_(VERBS, huw.acts, english).blocks]
    assert any("`/hwb why-missing" in block for block in shown[:-1])
    assert not any("`/hwb run`" in block for block in shown[:-1])
    assert "`/hwb run`, `/hwb forecast`: a Digital Champion, a provisioning manager" in shown[-1]
    everything = str(help_(VERBS, frozenset(Act), english).blocks)
    assert "What others can do" not in everything
    assert "`/hwb run`" in everything
