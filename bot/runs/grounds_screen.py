"""What a person decides a held run by, in sentences: for messages in Slack and for the command line.

They count people and name none: by year group, class and date.
"""

from collections.abc import Sequence
from datetime import date

from knowledge.texts import Text, text
from provisioning.planning.grounds import Grounds
from provisioning.planning.safeguards import EXTRACT_SHRUNK
from provisioning.planning.slips import Group
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.people import Kind, Learner
from provisioning.records.runs import Hold
from provisioning.runs.held_grounds import HeldGrounds, LastYear

_GROUPS = 8
"""Groups that have a line each; the others are counted together."""
_CLASS_WORDS = ("class", "dosbarth")
"""What the names of classes often begin with."""


def grounds_of_holds(holds: Sequence[Hold], found: HeldGrounds | None) -> list[tuple[Hold, list[Text]]]:
    """Return each hold with the sentences of its grounds, those of the run behind the last.

    Where none are `found`, that stands behind the last hold.
    """
    if found is None:
        said: list[list[Text]] = [[] for _ in holds]
        return list(zip(holds, [*said[:-1], [text("grounds.unknown")]], strict=True)) if holds else []
    shown: list[tuple[Hold, list[Text]]] = []
    before: Grounds | None = None
    for grounds in found.holds:
        again = before is not None and grounds.groups == before.groups
        shown.append((grounds.hold, [] if again else _said(grounds, found.last_year)))
        before = grounds
    return shown


def _said(grounds: Grounds, last_year: LastYear) -> list[Text]:
    """Return whom a hold concerns, the likely slip, what people will notice, and what was usual."""
    said = _groups(grounds)
    if grounds.slip is not None:
        year = grounds.slip.year_group
        likely = text(
            f"grounds.likely.{grounds.slip.kind}",
            year=_year(year) if year else "",
            person=grounds.hold.person or "",
        )
        said.append(text("grounds.slip", slip=likely))
    return [*said, *_noticed(grounds), _last_year(grounds, last_year)]


def _groups(grounds: Grounds) -> list[Text]:
    key = _manner(grounds.hold)
    shown, others = grounds.groups[:_GROUPS], grounds.groups[_GROUPS:]
    lines = [
        text(
            f"grounds.group.{key}",
            group=_group(group.person, group.year_group),
            concerned=group.concerned,
            total=group.total,
            classes=_classes(group.classes),
            days=_days(key, group),
            to=text("grounds.to", name=group.to) if group.to else "",
            expected=group.expected,
        )
        for group in shown
    ]
    if others:
        concerned = sum(group.concerned for group in others)
        total = sum(group.total for group in others)
        lines.append(text("grounds.more", count=len(others), concerned=concerned, total=total))
    return lines


def _manner(hold: Hold) -> str:
    """Return how a hold's groups and their notice are said: by what is done, or else by the safeguard."""
    only = next(iter(hold.kinds)) if len(hold.kinds) == 1 else None
    return only.value if only in (ChangeKind.RELEASE, ChangeKind.CREATE) else hold.safeguard


def _noticed(grounds: Grounds) -> list[Text]:
    """Return what people will notice once this is approved, or until it is decided."""
    hold, manner = grounds.hold, _manner(grounds.hold)
    said = [
        text("grounds.notice.release", count=count, person=kind)
        for kind in Kind
        if (count := grounds.held.get((ChangeKind.RELEASE, kind), 0))
    ]
    if manner == ChangeKind.RELEASE:
        return said
    person = hold.person or ""
    return [text(f"grounds.notice.{manner}", count=grounds.concerned, person=person), *said]


def _last_year(grounds: Grounds, last_year: LastYear) -> Text:
    if last_year is None:
        return text("grounds.last-year.unknown")
    hold = grounds.hold
    if hold.safeguard == EXTRACT_SHRUNK or hold.person is None:
        return text("grounds.last-year.any", count=sum(last_year.values()))
    (kind,) = hold.kinds
    return text(f"grounds.last-year.{kind}", count=last_year.get((kind, hold.person), 0), person=hold.person)


def example(change: Change) -> Text:
    """Return what a held change would do, with year group, class and date; its person is not named."""
    record, account = change.record, change.account
    year, class_name = (record.year_group, record.class_name) if isinstance(record, Learner) else (None, None)
    leaves = change.kind is ChangeKind.RELEASE
    values = {
        "group": _group(record.kind, year),
        "classes": _classes((class_name,) if class_name else ()),
        "days": _of_one_day("leaving", record.leaving_date)
        if leaves
        else _of_one_day("joining", record.joins_on),
    }
    if change.kind is not ChangeKind.UPDATE:
        return Text(f"grounds.example.{change.kind}", values)
    if account is None or year is None:
        return text("grounds.example.recoded")
    new_class = change.after.get("class_name", account.class_name)  # untold, it stays as it is
    return text(
        "grounds.example.update",
        group=text("grounds.to", name=account.year_group) if account.year_group else "",
        classes=_classes((account.class_name,) if account.class_name else ()),
        new_group=text("grounds.to", name=year),
        new_classes=_classes((new_class,) if new_class else ()),
    )


def _group(person: Kind, year_group: str | None) -> Text:
    if person is Kind.STAFF:
        return text("grounds.staff")
    return _year(year_group) if year_group else text("grounds.no-year")


def _year(year_group: str) -> Text:
    return text("cohort.year", name=year_group)


def _classes(names: Sequence[str]) -> Text | str:
    """Return the names of classes; the word "class" is left out where they begin with it themselves."""
    if not names:
        return ""
    named = any(name.casefold().startswith(_CLASS_WORDS) for name in names)
    return text("grounds.classes", names=list(names), named=named)


def _days(manner: str, group: Group) -> Text | str:
    if group.first is None or group.last is None:
        return ""
    key = "grounds.leaving" if manner == ChangeKind.RELEASE else "grounds.joining"
    return text(key, first=group.first, last=group.last, count=group.concerned)


def _of_one_day(key: str, day: date | None) -> Text | str:
    return text(f"grounds.{key}", first=day, last=day, count=1) if day else ""
