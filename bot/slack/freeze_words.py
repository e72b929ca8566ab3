"""In which words it is told that runs are frozen: in every answer about a school, above what it says.

Where nothing is missing no run is wanted, and a short line beneath is enough.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.people.permissions import Act
from bot.slack import notices
from bot.slack.blocks import Block, Screen, context_block, escape, section
from bot.slack.context import Context
from bot.slack.refusals import who_may
from bot.slack.signed import signed
from bot.slack.voice import Voice
from provisioning.records.schools import School
from provisioning.store.freezes import Freeze, SchoolFrozen

_SHOWN = 3
"""Schools of which an answer about several tells the freeze."""


def with_freezes(
    context: Context, screen: Screen, numbers: Collection[str], in_passing: Collection[str] = ()
) -> Screen:
    """Return an answer about the schools with some `numbers`, with what is frozen of them above it.

    Of those with numbers `in_passing` nothing is missing: of them it is told beneath, in a few words. What
    stands in the answer already, as in that of a question that another verb answers, is not told again.
    """
    numbers = {*numbers, *in_passing}
    asked = [school for school in context.every_school() if school.number in numbers] if numbers else []
    frozen = context.frozen(asked) if asked else {}
    if not frozen:
        return screen
    shown, voice = [school for school in asked if school.number in frozen][:_SHOWN], context.voice
    above = [
        notice(school, frozen[school.number], voice) for school in shown if school.number not in in_passing
    ]
    beneath = [
        context_block(_in_passing(school, frozen[school.number], voice))
        for school in shown
        if school.number in in_passing
    ]
    told = screen.blocks
    return replace(screen, blocks=[*_without(told, above), *told, *_without(told, beneath)])


def _without(told: Sequence[Block], blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if block not in told]


def _in_passing(school: School, freeze: Freeze, voice: Voice) -> str:
    return f":snowflake: {voice.name(school.name)}: {escape(few_words(freeze, voice))}"


def notice(school: School, freeze: Freeze, voice: Voice) -> Block:
    """Return the notice that runs of a school are frozen: until when, why, by whom, and who may end it."""
    move = voice.mrkdwn("freeze.move", who=who_may(Act.FREEZE, voice))
    return section(f":snowflake: *{line(school, freeze, voice)}*\n→ {move}")


def unchanged(context: Context, school: School, error: SchoolFrozen) -> Screen:
    """Return the screen of a run of `school` that was refused with an `error` because its runs are frozen.

    It has the notice of the freeze, so that the answer in which it stands doesn't tell that again.
    """
    voice, freeze = context.voice, context.frozen([school]).get(school.number)
    if freeze is None:  # it was begun since the request was
        return notices.problem(error, voice)
    said = section(f":warning: {voice.mrkdwn('freeze.unchanged')}")
    return Screen(voice.plain(error.said), [notice(school, freeze, voice), said])


def line(school: School, freeze: Freeze, voice: Voice) -> str:
    """Return until when, why and by whom runs of a school are frozen, as mrkdwn."""
    said = voice.mrkdwn("freeze.line", school=school.name, until=freeze.ends_on, reason=freeze.reason)
    return signed(said, freeze.by, voice)


def few_words(freeze: Freeze, voice: Voice) -> str:
    """Return until when runs of a school are frozen, in the few words of a line about it."""
    return voice.plain("freeze.few-words", until=freeze.ends_on)


def board_notice(frozen: Collection[str], voice: Voice) -> list[Block]:
    """Return how many schools of a board are frozen; nothing where none is."""
    return [section(f":snowflake: {voice.mrkdwn('freeze.board', count=len(frozen))}")] if frozen else []
