"""Every verb has what help and modals say of it; labels and titles fit their places, in both languages.

Which texts stand on buttons and over modals is read from the code that makes these.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import bot
from bot.commands import Takes, Verb
from bot.service.features import VERBS
from bot.slack import limits
from bot.slack.manifest import MANIFEST
from knowledge.texts import LANGUAGES, Catalogue, Language
from tests.everything import knowledge

CODE = Path(bot.__file__).parent
PROMPTED = frozenset({Takes.PERSON, Takes.TEXT, Takes.WORDS})
"""What is asked for in a modal where it was left out."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return knowledge().catalogue


def keys_of(*makers: str) -> set[str]:
    """The texts that the code says as the label of a button, or as the title of a modal."""
    return {key for path in CODE.rglob("*.py") for key in _said(ast.parse(path.read_text("utf-8")), makers)}


def _said(tree: ast.AST, makers: tuple[str, ...]) -> Iterator[str]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        for said in call.args[:2] if name in makers else ():
            # A text that takes values is as long as these are, and is cut where it must be.
            if isinstance(said, ast.Call) and not said.keywords and isinstance(said.args[0], ast.Constant):
                yield str(said.args[0].value)


BUTTONS, TITLES = sorted(keys_of("button")), sorted(keys_of("_modal", "form"))


def test_the_code_was_read() -> None:
    assert {"button.run-now", "button.open", "request.done", "watch.stop"} <= set(BUTTONS)
    assert {"modal.title", "verb.triage.title", "grants.give"} <= set(TITLES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verb", VERBS.every, ids=lambda verb: verb.word)
def test_every_verb_is_explained(verb: Verb, language: Language, catalogue: Catalogue) -> None:
    assert catalogue.say(f"verb.{verb.word}.help", language).endswith(".")
    word = verb.welsh if language == "cy" else verb.word
    assert catalogue.say(f"verb.{verb.word}.usage", language).startswith(word)
    if verb.takes in PROMPTED:
        assert len(catalogue.say(f"verb.{verb.word}.title", language)) <= limits.VIEW_TITLE


def test_no_two_verbs_have_a_word_in_common() -> None:
    words = [word for verb in VERBS.every for word in verb.words]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", BUTTONS)
def test_a_buttons_label_fits(key: str, language: Language, catalogue: Catalogue) -> None:
    assert len(catalogue.say(key, language)) <= limits.BUTTON_TEXT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", TITLES)
def test_a_modals_title_fits(key: str, language: Language, catalogue: Catalogue) -> None:
    assert len(catalogue.say(key, language)) <= limits.VIEW_TITLE


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_trial_shows_the_shortcut_under_the_name_of_the_manifest(
    language: Language, catalogue: Catalogue
) -> None:
    shortcuts = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["features"]["shortcuts"]
    names = {shortcut["callback_id"]: shortcut["name"] for shortcut in shortcuts}
    assert catalogue.say("trial.shortcut-why", language) == names["why-missing"]


@pytest.mark.parametrize(("count", "said"), [(1, "Mae 1 cyfrif dim MIS i'w adolygu"), (4, "i'w hadolygu")])
def test_in_welsh_what_is_to_be_reviewed_follows_the_number(
    count: int, said: str, catalogue: Catalogue
) -> None:
    assert said in catalogue.say("stage.non-mis-reviewed.open", "cy", total=count, reviewed=0)


def test_after_a_failed_run_what_made_it_fail_comes_before_the_next(catalogue: Catalogue) -> None:
    step = knowledge().stage_step("client-ran", "failed")
    assert step.who == "provisioning-manager"
    assert catalogue.say(step.action, "en").startswith("Put right what made the run fail, then run")
    assert catalogue.say(step.action, "cy").startswith("Cywirwch yr hyn a wnaeth i'r rhediad fethu, yna")
