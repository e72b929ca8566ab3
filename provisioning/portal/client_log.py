"""The client's log: which people its lines mention, and its text with people masked.

A run's texts reach channels, so a log is kept without UPNs, usernames and names; the people that a line
mentions are kept beside it, so that a diagnosis finds it by identifier.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, permutations

from anyascii import anyascii

from provisioning import upn
from provisioning.masking import MASK, masked, plain
from provisioning.records.accounts import Account
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind, Learner, key_of

TAIL_LINES, TAIL_WIDTH, TAIL_LENGTH = 20, 200, 2_000
"""How much of a client's log is kept for all to read: lines, characters of a line, characters in all."""
MENTIONS = 5_000
"""How many lines about people are kept of a log."""

Person = tuple[Kind, str]
"""A person by kind and identifier."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_CODE = re.compile(r"[^\s\"'(),;:=\[\]{}|<>]+")


@dataclass(frozen=True)
class LogLine:
    """A line of a log that is kept, its text masked; `person` is the person that it mentions, if any."""

    number: int
    text: str
    person: Person | None = None


@dataclass(frozen=True)
class People:
    """The people of a school, whom the log of its client may mention.

    `upns` maps present and former UPNs to the present one, `staff_codes` folded codes to codes. `names` are
    the folded words of names, `usernames` the folded usernames, `pairs` the folded names of a person that may
    follow each other.
    """

    upns: Mapping[str, str]
    staff_codes: Mapping[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    usernames: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, extract: Extract | None, accounts: Iterable[Account]) -> "People":
        """Return the people of an extract, and the holders of `accounts`."""
        held = tuple(accounts)
        records = extract.records if extract is not None else ()
        numbers: dict[str, str] = {account.upn: account.upn for account in held if account.upn}
        for record in records:
            if isinstance(record, Learner):
                numbers |= {number: record.upn for number in (record.upn, record.former_upn) if number}
        codes = {account.staff_code for account in held if account.staff_code}
        codes |= {record.identifier for record in records if record.kind is Kind.STAFF}
        named = [(person.forename, person.surname) for person in (*records, *held)]
        words = {word for names in named for name in names for word in _parts(name)}
        usernames = {_folded(account.username.partition("@")[0]) for account in held}
        pairs = {
            pair
            for forename, surname in named
            for pair in permutations((*_parts(forename), *_parts(surname)), 2)
        }
        return cls(
            numbers,
            {_key(code): code for code in codes},
            frozenset(words),
            frozenset(usernames),
            frozenset(pairs),
        )

    def mentioned(self, line: str) -> tuple[Person, ...]:
        """Return the people whose UPN or staff code stands in a line, each once."""
        numbers = [upn.read(found) for found in upn.WRITTEN.findall(line)]
        found: list[Person] = [(Kind.LEARNER, self.upns[number]) for number in numbers if number in self.upns]
        if self.staff_codes:
            words = (word.rstrip(".!?") for word in _CODE.findall(line))
            codes = ((word, self.staff_codes.get(_key(word))) for word in words)
            found += [(Kind.STAFF, code) for word, code in codes if code and _is_code(word, code)]
        return tuple(dict.fromkeys(found))

    def masked(self, line: str) -> str:
        """Return a line without terminal sequences, UPNs, addresses and these people's names and codes.

        A word counts as a name if it begins with a capital, or stands beside another name of a person, a
        username in any case: a masked word too many is better than a name.
        """
        # An accent may be a sign of its own, which would cut a word in two; in an address %20 is a space.
        line = unicodedata.normalize("NFC", plain(line)).replace("%20", " ")
        line = _CODE.sub(self._without_code, masked(line).rstrip())
        words = list(_WORD.finditer(line))
        folded = [_folded(word.group()) for word in words]
        hidden = {
            place
            for place, word in enumerate(words)
            if folded[place] in self.usernames
            or (
                (word.group()[0].isupper() or any(map(str.isdigit, word.group())))
                and (folded[place] in self.names or any(part in self.names for part in _parts(word.group())))
            )
        }
        for place, pair in enumerate(pairwise(folded)):
            if pair in self.pairs:
                hidden |= {place, place + 1}
        for place in sorted(hidden, reverse=True):
            line = line[: words[place].start()] + MASK + line[words[place].end() :]
        return line

    def _without_code(self, found: re.Match[str]) -> str:
        """Return the mask for a word that is a staff code, and other words as they are."""
        word = found[0].rstrip(".!?")
        code = self.staff_codes.get(_key(word)) if word else None
        return MASK + found[0][len(word) :] if code and _is_code(word, code) else found[0]


NO_PEOPLE = People({})


def _key(code: str) -> str:
    return key_of(Kind.STAFF, code)[1]


def _is_code(word: str, code: str) -> bool:
    """Return whether a word that is `code` in any case is meant as a code.

    In small letters alone it may be an ordinary word, unless the MIS writes the code so.
    """
    return word == code or not (word.islower() and word.isalpha())


def tail(lines: Iterable[str]) -> list[str]:
    """Return the last of a log's masked lines, blank ones left out, each and all together cut to size."""
    kept = [shortened(line) for line in lines if line.strip()][-TAIL_LINES:]
    while len("\n".join(kept)) > TAIL_LENGTH:
        del kept[0]
    return kept


def shortened(line: str) -> str:
    """Return a masked line as it is kept."""
    return line if len(line) <= TAIL_WIDTH else line[: TAIL_WIDTH - 1] + "…"


def _parts(name: str) -> set[str]:
    """Return the folded words of a name, and the halves of a double name, that have two letters or more."""
    words = {_folded(word) for word in _WORD.findall(name)}
    words |= {_folded(half) for word in _WORD.findall(name) for half in word.split("-")}
    return {word for word in words if len(word) > 1}


def _folded(word: str) -> str:
    return anyascii(word).casefold()
