"""What must come of a cell, worked out from the table in code and the presser's grants."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from jinja2 import UndefinedError

from bot.home.screens import home_without_grants
from bot.people.audit import REFUSED
from bot.people.permissions import EVERYWHERE, Act
from bot.slack import refusals
from bot.slack.notices import sentence
from bot.slack.voice import Voice
from tests.bot.app_fixtures import Json, buttons, elements, words
from tests.bot.matrix.matrix import Element, Refused
from tests.bot.matrix.matrix_listeners import CATCH_ALL
from tests.bot.matrix.matrix_people import COLUMNS, GUEST, LEFT, STRANGER, Column
from tests.bot.matrix.matrix_room import Matrix, Seen
from tests.bot.matrix.matrix_table import HOME
from tests.bot.matrix.matrix_world import Place

_A_SENTENCE = 25
_ENGLISH_WORDS = re.compile(r"\b(?:the|and|you|with|this|that|has|have|from|not)\b")
_CUT = re.compile(r"\S…$")
_BY_USER = {column.user: column for column in COLUMNS}


@dataclass(frozen=True)
class Cell:
    """A press: who has pressed what, naming a thing of which school."""

    matrix: Matrix
    element: Element
    column: Column
    place: Place

    def faults(self) -> Iterator[str]:
        """Press, and say what is wrong with what comes of it."""
        seen = self.matrix.press(self.element, self.column, self.place)
        who = f"{self.column.name}, {self.place.name} school"
        for fault in (*self._judged(seen), *self._leaks(seen), *self._unreadable(seen)):
            yield f"{who}: {fault}"

    def _judged(self, seen: Seen) -> Iterator[str]:
        act = self.element.act
        if act is None:
            own = {"preferences"} | ({"absences", "outbox"} if "absences" in seen.changed else set())
            if seen.changed - own:  # who is away has the cover told what waits
                yield f"it is for everybody, and changes {sorted(seen.changed)}"
        elif self._may(act):
            yield from self._answered(seen)
        elif self._is_gone():
            if seen.changed or seen.letters:
                yield f"it is not there, and {sorted(seen.changed)} change"
        else:
            yield from self._denied(act, seen)

    def _may(self, act: Act) -> bool:
        """Whether the table in code and the presser's grants allow it."""
        if self.element.anywhere:
            return act in self.column.caller.acts
        return self.place.known and self.column.caller.may(act, self.place.school)

    def _is_gone(self) -> bool:
        """Whether the answer may be that there is no such thing: where nothing belongs to another school."""
        own = (Refused.AS_A_CASE, Refused.BY_ACT)
        everywhere = any(grant.scope == EVERYWHERE for grant in self.column.caller.grants)
        return not self.place.known and self.element.refused in own and everywhere

    def _answered(self, seen: Seen) -> Iterator[str]:
        """It may be no refusal, and must be in the audit as what it was."""
        refused = _refusals(self.matrix.voice, self.place.school.number).intersection(seen.said)
        if refused or not (seen.said or seen.changed):
            yield f"may do it, and is told {sorted(refused)}"
        if not seen.recorded or REFUSED in seen.outcomes:
            yield f"may do it, and is in the audit as {_recorded(seen)}"

    def _denied(self, act: Act, seen: Seen) -> Iterator[str]:
        """It must be the one refusal of the bot, in the audit, and change nothing."""
        expected = self._refusal(act)
        if seen.said != [expected]:
            yield f"must be told {expected!r}, and is shown {seen.said}"
        if seen.changed or seen.letters or seen.files:
            yield f"is refused, and {sorted(seen.changed)} change, {len(seen.letters)} letters are sent"
        if seen.outcomes != {REFUSED}:
            yield f"is refused, and in the audit as {_recorded(seen)}"

    def _refusal(self, act: Act) -> str:
        """The words by which the bot refuses this."""
        voice, caller, how = self.matrix.voice, self.column.caller, self.element.refused
        if self.column in (LEFT, GUEST):  # who is no person of the workspace reads one refusal everywhere
            return words(sentence("refusal.no-grant", voice).blocks)
        stands_out = not self.element.anywhere and (
            not self.place.known or not caller.knows(self.place.school)
        )
        if self.element in HOME:
            return words(home_without_grants(voice))
        if how is Refused.AS_A_CASE:
            screen = refusals.refused(act, voice)
        elif not caller.grants:
            screen = sentence("refusal.no-grant", voice)
        elif how is Refused.BY_THING and stands_out:
            screen = sentence("refusal.thing", voice)
        elif how is Refused.BY_SCHOOL and stands_out:
            screen = sentence("refusal.school", voice, school=self.place.school.number)
        else:
            screen = refusals.refused(act, voice)
        return words(screen.blocks)

    def _leaks(self, seen: Seen) -> Iterator[str]:
        """Personal data of a school that reaches a person without a role there, or a channel."""
        typed = set(self.place.things.values())
        for home in (self.matrix.own, self.matrix.other):
            if not self.column.caller.knows(home.school):
                shown = seen.everything
                yield from (
                    f"is shown {secret}" for secret in home.secrets if secret in shown and secret not in typed
                )
            for letter in seen.letters:
                reader = _BY_USER.get(letter.reader or "", STRANGER).caller
                if letter.reader in (None, *_BY_USER) and not reader.knows(home.school):
                    secrets = [secret for secret in home.secrets if secret in letter.said]
                    yield from (f"lets {letter.reader or 'a channel'} see {secret}" for secret in secrets)

    def _unreadable(self, seen: Seen) -> Iterator[str]:
        """Elements without a listener, labels that Slack cuts, and words of the wrong language."""
        for surface in seen.surfaces:
            for kind, name in _named(surface):
                if self.matrix.listeners.takes(kind, name) in (None, CATCH_ALL):
                    yield f"is shown the {kind} {name!r}, to which nothing listens"
            yield from (
                f"reads a label that is cut: {label!r}" for label in _labels(surface) if _CUT.search(label)
            )
        if self.matrix.voice.language == "cy":
            for said in seen.said:
                yield from (
                    f"reads English in Welsh: {phrase!r}" for phrase in _english_in(self.matrix.voice, said)
                )


def _recorded(seen: Seen) -> list[tuple[str, str]]:
    return [(record.action, record.outcome) for record in seen.recorded]


def _named(surface: Json) -> Iterator[tuple[str, str]]:
    """What a message, modal or Home has that Slack will tell of when it is used."""
    if surface.get("submit"):
        yield "view", surface["callback_id"]
    inputs = [block["element"] for block in surface["blocks"] if block["type"] == "input"]
    for element in elements(surface):
        if element not in inputs and element["type"] != "image":
            yield "action", element["action_id"]
        if element["type"] == "external_select":
            yield "options", element["action_id"]


def _labels(surface: Json) -> Iterator[str]:
    """What stands on buttons, and over and under a modal."""
    yield from buttons(surface)
    yield from (surface[name]["text"] for name in ("title", "submit", "close") if surface.get(name))


@cache
def _refusals(voice: Voice, number: str) -> frozenset[str]:
    """Every sentence of a refusal."""
    every = [refusals.refused(act, voice) for act in Act]
    every += [sentence(f"refusal.{name}", voice) for name in ("no-grant", "thing")]
    every.append(sentence("refusal.school", voice, school=number))
    return frozenset(words(refusal.blocks) for refusal in every)


@cache
def _english(voice: Voice) -> tuple[str, ...]:
    """Every English sentence of some length that takes no values, as it is shown."""
    english = Voice(voice.catalogue, "en")
    found = []
    for key in voice.catalogue.keys():  # noqa: SIM118 - a catalogue is no mapping
        with suppress(UndefinedError, TypeError):
            found.append(english.mrkdwn(key))
    return tuple(text for text in found if len(text) > _A_SENTENCE)


@cache
def _english_in(voice: Voice, said: str) -> tuple[str, ...]:
    return (*(text for text in _english(voice) if text in said), *_ENGLISH_WORDS.findall(said))
