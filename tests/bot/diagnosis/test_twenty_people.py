"""Twenty people at twenty schools: nothing of their answers is cut, in messages or in a modal."""

from dataclasses import replace
from typing import Any

import pytest

from bot.commands import Command
from bot.diagnosis.answers import VERBS
from bot.diagnosis.several import AnswerOfOne
from bot.diagnosis.several_screens import Told, several
from bot.slack.blocks import actions, button, section
from bot.slack.buttons import KitAction
from bot.slack.fit import as_message, fit_view, paragraphs
from bot.slack.replies import parts
from bot.slack.voice import Voice
from diagnostics.verdict import Diagnosis, Next
from knowledge.loading import Knowledge
from knowledge.texts import Bilingual, Language, Text
from provisioning.records.schools import School
from tests.bot.app_fixtures import rows, words
from tests.builders import GLAN, NOW, upn

CAUSE = "previous-school-no-leaving-date"


def school(number: int, name: str) -> School:
    spoken = f"{name} Church in Wales Voluntary Aided Primary School, number {number}"
    return replace(GLAN, number=str(6600000 + number), name=Bilingual(spoken, f"Ysgol {spoken}"))


def answer_of(number: int) -> AnswerOfOne:
    here, previous = school(number, "Llanfihangel-y-Creuddyn"), school(number + 50, "Abergwyngregyn")
    said = {"school": here.name, "previous": previous.name, "identifier": upn(number)}
    move = Next(
        "previous-school", Bilingual("01633 000000", "01633 000000"), Text(f"cause.{CAUSE}.action", said)
    )
    head = Text(f"cause.{CAUSE}.headline", said)
    found = Diagnosis("learner-missing", here, upn(number), (), (CAUSE,), (head,), move, previous)
    return AnswerOfOne(upn(number), (here,), found)


def shown(count: int, voice: Voice) -> Any:
    """The answer about so many people, under which features add a line for each and a button."""
    told = [Told(answer_of(number), voice) for number in range(1, count + 1)]
    asked = "was asked for this leaving date on 26 Aug 09:10, by <@U0CARYS>. No answer yet"
    lines = [f"• `{row.answer.identifier}` · {school(90, 'Abergwyngregyn').name.en} {asked}" for row in told]
    notes = [section(part) for part in paragraphs(lines)]
    command = Command(VERBS[0], " ".join(row.answer.identifier for row in told))
    more = actions([button(KitAction.CHOOSE_SCHOOL, "Provision", "x")])
    return several(told, command, voice, NOW, [*notes, more])


@pytest.mark.parametrize("language", ["en", "cy"])
def test_each_has_a_whole_row_in_one_of_the_messages(language: Language, everything: Knowledge) -> None:
    voice = Voice(everything.catalogue, language)
    messages = [as_message(part, voice) for part in parts(shown(20, voice))]
    assert len(messages) == 3
    told = [row for message in messages for row in rows(message)[1:]]
    for row, number in zip(told, range(1, 21), strict=True):
        found = answer_of(number).found
        assert found is not None
        assert row[0] == upn(number)
        assert row[3] == voice.plain(found.next.action)
        assert row[4] == found.school.name.in_(language)
    cut = voice.mrkdwn("answer.cut")
    assert not any(cut in words(message) for message in messages)
    assert "No answer yet" in words(messages[-1])


@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_modal_has_them_all(language: Language, everything: Knowledge) -> None:
    voice = Voice(everything.catalogue, language)
    blocks = [block for part in parts(shown(20, voice)) for block in part.blocks]
    said = words(fit_view(blocks, "CUT"))
    assert "CUT" not in said
    assert all(upn(number) in said for number in range(1, 21))


def test_few_are_one_message(everything: Knowledge) -> None:
    voice = Voice(everything.catalogue, "en")
    (only,) = parts(shown(3, voice))
    assert len(rows(as_message(only, voice))) == 4
