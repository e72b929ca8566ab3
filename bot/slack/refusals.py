"""Who may do what, in words made from `permissions.MAY`: refusals, help, and `docs/roles.md`."""

from collections.abc import Collection, Iterable

from babel.lists import format_list

from bot.commands import Verb, Verbs
from bot.people.permissions import MAY, Act, Caller, Role
from bot.slack.blocks import Block, Screen, context_block, escape, section
from bot.slack.notices import sentence
from bot.slack.voice import Voice
from provisioning.records.schools import School


def refusal_at(caller: Caller, act: Act, number: str, schools: Iterable[School], voice: Voice) -> Screen:
    """Return a refusal of `act` at the school `number`; it does not tell whether that school exists."""
    if not caller.grants:
        return sentence("refusal.no-grant", voice)
    if number and not any(school.number == number and caller.knows(school) for school in schools):
        return sentence("refusal.school", voice, school=number)
    return refused(act, voice)


def refusal_of(caller: Caller, act: Act, school: School | None, voice: Voice) -> Screen | None:
    """Return a refusal of `act` on what a button is about; None where it is allowed.

    `school` is the school to which it belongs, or None where it does not exist; callers without a role there
    are not told which of the two is so.
    """
    if caller.grants and (school is None or not caller.knows(school)):
        return sentence("refusal.thing", voice)
    if school is not None and caller.may(act, school):
        return None
    return refusal_at(caller, act, "", (), voice)


def refused(act: Act, voice: Voice) -> Screen:
    """Return a refusal that says which roles may do `act`."""
    return sentence(f"may.{act}", voice, who=who_may(act, voice))


def who_may(act: Act, voice: Voice) -> str:
    """Return the roles that may do `act` in words: `a Digital Champion, or an administrator`."""
    roles = [role for role in Role if role in MAY[act]]
    words = [voice.plain(f"role.{role}.one") for role in roles]
    if len(roles) > 1:
        words[-1] = voice.plain(f"role.{roles[-1]}.or")
    return format_list(words, style="or", locale=voice.language)


def help_(verbs: Verbs, acts: Collection[Act], voice: Voice) -> Screen:
    """Return a screen of the verbs that may be used with `acts`, and of the roles that may use the others."""
    lines = [
        f"`/hwb {voice.plain(f'verb.{verb.word}.usage')}`\n{voice.mrkdwn(f'verb.{verb.word}.help')}"
        for verb in verbs.every
        if verb.act is None or verb.act in acts
    ]
    intro = voice.plain("help.intro")
    private = [context_block(voice.mrkdwn("help.private"))] if acts else []
    return Screen(
        intro, [section(escape(intro)), *map(section, lines), *private, *_others(verbs, acts, voice)]
    )


def _others(verbs: Verbs, acts: Collection[Act], voice: Voice) -> list[Block]:
    """Return blocks of the verbs that need other acts than `acts`, with the roles that may use them."""
    left = [act for act in Act if act not in acts and verbs.allowed(act)]
    lines = [f"{_listed(verbs.allowed(act), voice)}: {escape(who_may(act, voice))}" for act in left]
    return [section(f"*{voice.mrkdwn('help.others')}*"), context_block("\n".join(lines))] if lines else []


def markdown(verbs: Verbs, voice: Voice) -> str:
    """Return the text of `docs/roles.md`."""
    roles = list(Role)
    heads = [voice.plain("cli.column.act"), voice.plain("cli.column.verbs")]
    heads += [voice.plain(f"role.{role}") for role in roles]
    rows = [
        [
            voice.plain(f"act.{act}"),
            _listed(verbs.allowed(act), voice),
            *("✓" if role in MAY[act] else "" for role in roles),
        ]
        for act in Act
    ]
    free = _listed(verbs.allowed(None), voice)
    lines = [f"# {voice.plain('roles.title')}", voice.plain("roles.intro")]
    table = [_row(heads), _row(["---", "---", *(":-:" for _ in roles)]), *map(_row, rows)]
    lines += ["\n".join(table), voice.plain("roles.free", verbs=free), voice.plain("roles.made")]
    return "\n\n".join(lines) + "\n"


def _listed(verbs: Iterable[Verb], voice: Voice) -> str:
    words = (verb.welsh if voice.language == "cy" else verb.word for verb in verbs)
    return ", ".join(f"`/hwb {word}`" for word in words)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
