"""Whether a record and an account are of one person, by names and dates of birth. Pure."""

import hashlib
from datetime import date

from provisioning.names import Names, are_of_two_people, differing, fold
from provisioning.records.accounts import Account
from provisioning.records.people import Learner, Record
from provisioning.rules import is_leaver, year_number


def seems_another(record: Record, account: Account) -> bool:
    """Return whether an account seems to be another person's than the record's.

    It does where both names differ, or one name and the date of birth last seen. Damaged names alone raise no
    doubt.
    """
    if record.surname == account.surname and record.forename == account.forename:
        return False
    pairs = differing(names_of(record), names_of(account))
    if not pairs:
        return False
    return _births_differ(record, account) or are_of_two_people(pairs)


def may_be_anothers(record: Record, account: Account, today: date) -> bool:
    """Return whether an account may be another person's than the record's, by these two alone.

    Of a leaver's record one differing name is enough: it ends the account, so it has to name its person.
    """
    return seems_another(record, account) or leaves_under_another_forename(record, account, today)


def leaves_under_another_forename(record: Record, account: Account, today: date) -> bool:
    """Return whether a record is of a leaver, with the account's surname and another forename."""
    if (record.surname, record.forename) == (account.surname, account.forename):
        return False
    if not is_leaver(record, today):
        return False
    pairs = differing(names_of(record), names_of(account))
    return len(pairs) == 1 and pairs[0] != (record.surname, account.surname)


def fingerprint(record: Record) -> str:
    """Return a hash of whom a record names: identifier and names, whatever their order."""
    said = (*record.key, *folded_names(record))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def is_like(record: Record, account: Account) -> bool:
    """Return whether an account has a record's names, and its date of birth or else its year group.

    The account may also be a year group behind, as it is before rollover.
    """
    if account.kind is not record.kind or differing(names_of(record), names_of(account)):
        return False
    if not isinstance(record, Learner):
        return True
    if record.date_of_birth and account.date_of_birth:
        return record.date_of_birth == account.date_of_birth
    if account.year_group is None:
        return True
    return year_number(record.year_group) - year_number(account.year_group) in (0, 1)


def _births_differ(record: Record, account: Account) -> bool:
    born = record.date_of_birth if isinstance(record, Learner) else None
    return born is not None and account.date_of_birth is not None and born != account.date_of_birth


def names_of(person: Record | Account) -> Names:
    """Return surname and forename."""
    return person.surname, person.forename


def folded_names(person: Record | Account) -> Names:
    """Return both names folded, in alphabetical order: surname and forename are often swapped."""
    first, second = sorted(map(fold, names_of(person)))
    return first, second
