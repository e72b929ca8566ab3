"""What a school's readiness was found from, to tell later whether any of it has changed."""

from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from diagnostics.case_reader import CaseReader


@dataclass(frozen=True)
class Reliance:
    """The records from which a school's readiness was found, besides its own runs and extract.

    `schools` are the numbers of the other schools whose records were read, or that have an account of a
    learner here; `accounts` the ids of the accounts that were read, and `upns` the `upn_mark` of every UPN
    for which an account was looked for, whether or not there was one. It was found on the day `on`, and lasts
    until the day `until`, on which it may be another although nothing has happened. `run_times`: it tells
    when clients ran last, here or at those schools, or what they have not done yet. `any_account`: it is not
    known any more which accounts were read, so that a change of any may make it another.
    """

    schools: frozenset[str]
    accounts: Collection[int]
    upns: Collection[int]
    on: date
    until: date
    run_times: bool
    any_account: bool = False

    def lasts(self, day: date) -> bool:
        """Return whether the readiness still holds on a `day`, as far as that goes by the day."""
        return self.on <= day < self.until


def reliance(reader: CaseReader, *, run_times: bool) -> Reliance:
    """Return what the readiness rests on that has been found by `reader`; `run_times` as it tells them."""
    accounts, extract = reader.directory.accounts, reader.own.extract
    holders = {account.school for account in accounts}
    return Reliance(
        schools=frozenset(reader.relied_on | holders) - {reader.school.number},
        accounts=array("q", [account.id for account in accounts]),
        upns=array("L", upn_marks(extract.upns if extract else ())),
        on=reader.today,
        until=reader.lasts_until(),
        run_times=run_times,
    )


def upn_marks(upns: Iterable[str]) -> Iterable[int]:
    """Return a small number for each of `upns`; two that share one cost a look too many."""
    return (crc32(upn.encode()) for upn in upns)
