"""Accounts in doubt as Slack shows them: account and record side by side, to be decided, or decided."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from bot.identity.actions import IdentityAction
from bot.slack.blocks import Block, Screen, actions, button, confirm, context_block, divider, escape, section
from bot.slack.signed import signed
from bot.slack.voice import Voice
from provisioning.names import agree
from provisioning.records.plans import IdentityAnswer
from provisioning.records.schools import School
from provisioning.store.identities import IdentityQuestion

_ACTIONS = {IdentityAnswer.SAME: IdentityAction.SAME, IdentityAnswer.ANOTHER: IdentityAction.ANOTHER}
_AT_ONCE = 5
"""Questions on a screen; when these are decided, the next ones can be opened."""
_DECISIONS = 15
"""Decisions on a screen, the latest ones; a modal has room for no more."""


def open_button(school: School, count: int, voice: Voice) -> Block:
    """Return the button that shows a school's accounts in doubt."""
    return button(IdentityAction.OPEN, voice.plain("button.identity", count=count), school.number)


def questions(
    school: School, waiting: Sequence[IdentityQuestion], seen: Collection[str], voice: Voice
) -> Screen:
    """Return the questions that wait at `school`, for users who may decide there.

    `seen` are the numbers of the schools whose records the user may look up.
    """
    title = voice.plain("identity.title", school=school.name, count=len(waiting))
    blocks = [section(f"*{escape(title)}*\n{voice.mrkdwn('identity.advice')}")]
    for question in waiting[:_AT_ONCE]:
        blocks += [divider(), *_question(school, question, seen, voice)]
    if len(waiting) > _AT_ONCE:
        blocks.append(context_block(voice.mrkdwn("answer.and-more", count=len(waiting) - _AT_ONCE)))
    return Screen(title, blocks)


def decided_button(school: School, voice: Voice) -> Block:
    """Return the button that shows what was decided about a school's accounts, to be taken back there."""
    return button(IdentityAction.DECIDED, voice.plain("button.identity-decided"), school.number)


def decisions(
    school: School, decided: Sequence[IdentityQuestion], seen: Collection[str], voice: Voice
) -> Screen:
    """Return what was `decided` at `school`, the latest first, each with the button that takes it back."""
    title = voice.plain("identity.decisions", school=school.name, count=len(decided))
    blocks = [section(f"*{escape(title)}*\n{voice.mrkdwn('identity.decisions-advice')}")]
    for question in decided[:_DECISIONS]:
        blocks += [divider(), *_decision(school, question, seen, voice)]
    if len(decided) > _DECISIONS:
        blocks.append(context_block(voice.mrkdwn("answer.and-more", count=len(decided) - _DECISIONS)))
    return Screen(title, blocks)


def too_late(school: School, question: IdentityQuestion, seen: Collection[str], voice: Voice) -> Screen:
    """Return what had been decided before a button of `question` was pressed."""
    title = voice.plain("identity.too-late")
    return Screen(title, [section(escape(title)), divider(), *_decision(school, question, seen, voice)])


def news(school: School, count: int, voice: Voice, decided: Sequence[IdentityQuestion] = ()) -> Screen:
    """Return the message to users who may decide at `school`: how many accounts are in doubt still.

    With who has `decided` what since the message was sent. It names no person in doubt.
    """
    title = voice.plain("identity.title" if count else "identity.title-none", school=school.name, count=count)
    mark = ":grey_question:" if count else ":ballot_box_with_check:"
    advice = [voice.mrkdwn("identity.advice")] if count else []
    lines = [f"• {_who_decided(question, voice)}" for question in decided[:_AT_ONCE]]
    if len(decided) > _AT_ONCE:
        lines.append(voice.mrkdwn("answer.and-more", count=len(decided) - _AT_ONCE))
    blocks = [section("\n".join([f"{mark} *{escape(title)}*", *advice, *lines]))]
    buttons = [open_button(school, count, voice)] if count else []
    buttons += [decided_button(school, voice)] if decided else []
    return Screen(title, [*blocks, *([actions(buttons)] if buttons else [])])


def _who_decided(question: IdentityQuestion, voice: Voice) -> str:
    answer = voice.mrkdwn(f"identity.decided.{question.decided}")
    said = voice.mrkdwn("identity.decided-on", when=question.at)
    return f"*{answer}*: {signed(said, question.by, voice)}"


def _decision(
    school: School, question: IdentityQuestion, seen: Collection[str], voice: Voice
) -> Iterator[Block]:
    """Return a decided question side by side, who decided, and the button that decides otherwise."""
    yield from _side_by_side(school, question, seen, voice)
    yield context_block(_who_decided(question, voice))
    if question.account is None:
        return  # with the account, whose it was is no question any more
    other = next(answer for answer in IdentityAnswer if answer is not question.decided)
    words = voice.plain(f"button.{other}-person-after-all")
    text = voice.plain(f"identity.{question.reason}-{other}-{question.kind}")
    value = f"{question.id} {question.decided}"
    yield actions(
        [
            button(IdentityAction.CHANGE, words, value, about=question.identifier)
            | {"confirm": confirm(words, text, words, voice.plain("button.cancel"))}
        ]
    )


def _side_by_side(
    school: School, question: IdentityQuestion, seen: Collection[str], voice: Voice
) -> Iterator[Block]:
    yield section(
        f"{voice.mrkdwn(f'kind.{question.kind}')} `{escape(question.identifier)}` – "
        f"{voice.mrkdwn(f'identity.why.{question.reason}')}"
    )
    yield {
        "type": "section",
        "fields": [
            {
                "type": "mrkdwn",
                "text": f"*{voice.mrkdwn('identity.account')}*\n{_account(school, question, seen, voice)}",
            },
            {"type": "mrkdwn", "text": f"*{voice.mrkdwn('identity.record')}*\n{_record(question, voice)}"},
        ],
    }


def _question(
    school: School, question: IdentityQuestion, seen: Collection[str], voice: Voice
) -> Iterator[Block]:
    yield from _side_by_side(school, question, seen, voice)
    if differs := ", ".join(_differences(question, voice)):
        yield context_block(voice.mrkdwn("identity.differs", fields=differs))
    yield actions(
        [
            *_answers(question, voice),
            button(
                IdentityAction.OFFICE,
                voice.plain("button.office"),
                str(question.id),
                about=question.identifier,
            ),
        ]
    )


def _account(school: School, question: IdentityQuestion, seen: Collection[str], voice: Voice) -> str:
    """Return the account; of another school's, what the decision needs.

    That is the name, and whether the date of birth agrees; the username only where the school is among those
    `seen`.
    """
    account = question.account
    if account is None:
        return voice.mrkdwn("identity.gone")
    lines = [f"{account.forename} {account.surname}"]
    if account.school != school.number:
        lines += [account.username] if account.school in seen else []
        return "\n".join([*map(escape, lines), voice.mrkdwn("identity.elsewhere"), *_birth(question, voice)])
    lines.append(account.username)
    if account.identifier.upper() not in (question.identifier.upper(), account.username.upper()):
        lines.append(account.identifier)
    if account.date_of_birth:
        lines.append(voice.plain("identity.born", born=account.date_of_birth))
    lines.append(_class_of(account.year_group, account.class_name, voice))
    return "\n".join(escape(line) for line in lines if line)


def _birth(question: IdentityQuestion, voice: Voice) -> Sequence[str]:
    """Return whether the account's date of birth is the record's, without the date; nothing if not known."""
    held, written = question.account and question.account.date_of_birth, question.record.get("date_of_birth")
    if not held or not written:
        return []
    return [voice.mrkdwn(f"identity.born-{'agrees' if held.isoformat() == written else 'differs'}")]


def _class_of(year_group: str | None, class_name: str | None, voice: Voice) -> str:
    """Return year group and class, as far as there are any."""
    year = voice.plain("cohort.year", name=year_group) if year_group else ""
    return " · ".join(part for part in (year, class_name) if part)


def _record(question: IdentityQuestion, voice: Voice) -> str:
    record = question.record
    lines = [f"{record['forename']} {record['surname']}", question.identifier]
    if record.get("date_of_birth"):
        lines.append(voice.plain("identity.born", born=date.fromisoformat(record["date_of_birth"])))
    lines.append(_class_of(record.get("year_group"), record.get("class"), voice))
    if record.get("leaving_date"):
        lines.append(voice.plain("identity.leaves", leaving=date.fromisoformat(record["leaving_date"])))
    return "\n".join(escape(line) for line in lines if line)


def _differences(question: IdentityQuestion, voice: Voice) -> Iterator[str]:
    account, record = question.account, question.record
    if account is None:
        return
    for name in ("surname", "forename"):
        if not agree(record[name], getattr(account, name)):
            yield voice.plain(f"identity.field.{name}")
    born = record.get("date_of_birth")
    if born and account.date_of_birth and born != account.date_of_birth.isoformat():
        yield voice.plain("identity.field.date-of-birth")
    if question.identifier.upper() != account.identifier.upper():
        yield voice.plain("identity.field.identifier")


def _answers(question: IdentityQuestion, voice: Voice) -> Iterator[Block]:
    for answer in IdentityAnswer:
        words = voice.plain(f"button.{answer}-person")
        text = voice.plain(f"identity.{question.reason}-{answer}-{question.kind}")
        yield button(_ACTIONS[answer], words, str(question.id), about=question.identifier) | {
            "confirm": confirm(words, text, words, voice.plain("button.cancel"))
        }
