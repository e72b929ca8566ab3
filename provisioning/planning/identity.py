"""Whose account it is, by names, dates of birth and people's decisions. Pure.

An identifier is believed only where the person agrees: where both legal names differ, or one name and the
date of birth, the account that it finds is in doubt; so it is where a leaver's record has the full name of
another person of the school. A new identifier for a person who has an account at the school already makes no
second account before a person has decided.
"""

from provisioning.planning.other_identifiers import Answers, ByAnotherIdentifier
from provisioning.planning.same_person import fingerprint
from provisioning.records.accounts import Account
from provisioning.records.people import Learner, Record
from provisioning.records.plans import Doubt, DoubtReason, IdentityAnswer
from provisioning.records.rejections import Reason, Rejection
from provisioning.records.values import value


@value(frozen=True, slots=True)
class Owner:
    """The account of a record's person; where `doubt` is set, a person has to decide whether it is theirs.

    `not_theirs` is the account under the record's identifier that a person has said is another's.
    """

    account: Account | None = None
    doubt: Doubt | None = None
    not_theirs: Account | None = None


_NEW = Owner()
"""A person without an account, under an identifier that is no other's: most records of a first load."""


def believed(found: Account | None) -> Owner:
    """Return the owner where the identifier alone decides: in the portal, or where there is no account."""
    return _NEW if found is None else Owner(found)


def owner(record: Record, found: Account | None, known: ByAnotherIdentifier, answers: Answers) -> Owner:
    """Return whose account `found` is, or which account the person of the record has already."""
    not_theirs = None
    if found is not None:
        if not known.is_anothers(record, found):
            return Owner(found)
        person = fingerprint(record)
        answer = answers.get((found.id, person))
        if answer is not IdentityAnswer.ANOTHER:
            return Owner(found, None if answer else Doubt(DoubtReason.IDENTITY_DOUBT, record, found, person))
        not_theirs = found
        if isinstance(record, Learner):
            return Owner(not_theirs=not_theirs)
    if record.key in known.decided:
        return Owner(known.decided[record.key], not_theirs=not_theirs)
    alike = known.of(record)
    if alike is None:
        return Owner(not_theirs=not_theirs) if not_theirs else _NEW
    person = fingerprint(record)
    answer = answers.get((alike.id, person))
    if answer is IdentityAnswer.ANOTHER:
        return Owner(not_theirs=not_theirs)
    doubt = None if answer else Doubt(DoubtReason.LOOKS_LIKE, record, alike, person)
    return Owner(alike, doubt, not_theirs)


def rejected_for_upn(record: Learner, file: str) -> Rejection:
    """Return the rejection of a learner's row in `file` whose UPN is another person's.

    It stands until one of the two UPNs is mended. Unlike those of several rows with one UPN, it has no value.
    """
    return Rejection.of(record, Reason.UPN_DUPLICATE, file, "")
