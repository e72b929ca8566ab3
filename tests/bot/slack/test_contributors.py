"""A feature declares a button with its manner and contributes it to diagnoses: nothing else is told of it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.commands import Command
from bot.service.app import build_app
from bot.service.features import ACTIONS, DIAGNOSIS_BUTTONS, FEATURES
from bot.slack.blocks import Block, button
from bot.slack.buttons import Action, Manner, manner_of, manners_of
from bot.slack.context import Context
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from tests.bot.app_fixtures import CARYS, HELP, SEREN, Room, WorkLater, buttons, words


class ToyAction(Action):
    """The toy feature's buttons, one of each manner; each shows the key dates."""

    INSTEAD = "say:toy-instead"
    BESIDE = "say:toy-beside", Manner.BESIDE
    ASIDE = "aside:toy"


def toy_buttons(
    _context: Context, _command: Command, _question: Question, _found: Diagnosis
) -> Sequence[Block]:
    """What the toy feature contributes to a diagnosis."""
    return [button(action, f"Toy {action.manner}", "dates") for action in ToyAction]


@pytest.fixture
def toy(glan: Room) -> Room:
    """The room, its bot with the toy feature added after all the others."""
    features = replace(
        FEATURES,
        manners=manners_of([*ACTIONS, ToyAction]),
        diagnosis_buttons=(*DIAGNOSIS_BUTTONS, toy_buttons),
    )
    app = build_app(
        glan.services,
        WorkLater(glan.later),
        glan.later,
        token=glan.server.bot_token,
        api_url=glan.server.api_url,
        features=features,
    )
    return replace(glan, app=app)


def test_its_buttons_stand_under_a_diagnosis_after_those_of_the_other_features(toy: Room) -> None:
    asked = toy.answer(CARYS, f"why-missing {SEREN.upn}")
    assert buttons(asked)[-4:] == ["Ask the Service Desk", "Toy instead", "Toy beside", "Toy aside"]


def test_an_answer_beside_leaves_the_diagnosis_and_follows_it(toy: Room) -> None:
    asked = toy.answer(CARYS, f"why-missing {SEREN.upn}")
    answer = toy.press(CARYS, ToyAction.BESIDE)
    assert answer is not None
    assert "First day of term" in words(answer)
    assert toy.server.person(CARYS).messages(HELP)[-2:] == [asked, answer]
    assert toy.server.person(CARYS).modals() == []


def test_an_answer_instead_takes_the_diagnosis_s_place(toy: Room) -> None:
    asked = toy.answer(CARYS, f"why-missing {SEREN.upn}")
    answer = toy.press(CARYS, ToyAction.INSTEAD)
    assert answer is not None
    assert "First day of term" in words(answer)
    assert answer["ts"] == asked["ts"]


def test_an_answer_aside_opens_a_modal_and_leaves_the_diagnosis(toy: Room) -> None:
    asked = toy.answer(CARYS, f"why-missing {SEREN.upn}")
    assert toy.press(CARYS, ToyAction.ASIDE) == asked
    assert "First day of term" in words(toy.modal(CARYS))


@pytest.mark.parametrize(
    ("id_", "manner"),
    [
        ("desk:ask", Manner.BESIDE),  # declared
        ("desk:send", Manner.INSTEAD),  # declared, and so is the longer desk:send-out
        ("aside:look-2", Manner.ASIDE),  # the third of several
        ("say:review-non-mis", Manner.INSTEAD),  # one of several, by a word
        ("open:why-missing", Manner.INSTEAD),  # the form of a verb
        ("aside:gone-since", Manner.ASIDE),  # of an old message: no feature declares it any more
        ("gone:since", Manner.INSTEAD),
    ],
)
def test_the_manner_of_an_id_that_slack_sends(id_: str, manner: Manner) -> None:
    assert manner_of(id_, FEATURES.manners) is manner


def test_a_variant_of_a_button_has_its_manner() -> None:
    assert manner_of(f"{ToyAction.BESIDE}-2", manners_of([ToyAction])) is Manner.BESIDE


def test_two_features_that_give_an_id_two_manners_stop_the_start() -> None:
    class Other(Action):
        BESIDE = "say:toy-beside"

    with pytest.raises(ValueError, match="two manners for say:toy-beside"):
        manners_of([ToyAction, Other])
