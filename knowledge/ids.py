"""The ids that the contract names (section 4): the files must have these, no fewer and no others."""

from enum import StrEnum
from types import MappingProxyType


class Question(StrEnum):
    """A question about a person, by the command's word; an FAQ entry's `asks` names its question."""

    WHY_MISSING = "why-missing"
    NO_PASSWORD = "no-password"  # noqa: S105 - the FAQ's question, not a secret
    OLD_CLASS = "old-class"
    MOVE_ACCOUNT = "move-account"


ENTRY_FILES = MappingProxyType(
    {
        "staff-missing": "faq",
        "staff-move-account": "faq",
        "learner-missing": "faq",
        "learner-no-password": "faq",
        "old-class": "faq",
        "flow-within-school": "guide",
        "flow-school-to-school": "guide",
        "flow-staff-move": "guide",
        "non-mis-review": "guide",
        "governor-review": "guide",
        "contacts": "guide",
    }
)
"""Every entry and its folder, in the order in which entries are listed: the guide's FAQs first."""

CAUSE_IDS = frozenset(
    {
        "identifier-invalid",
        "extract-unreadable",
        "not-in-mis",
        "row-rejected",
        "already-left",
        "not-yet-on-roll",
        "mis-not-rolled-over",
        "identity-doubt",
        "export-unseen",
        "client-skipped",
        "previous-school-no-leaving-date",
        "previous-school-run-failed",
        "previous-school-run-held",
        "previous-school-not-run",
        "previous-school-unknown",
        "never-run",
        "run-failed",
        "run-held",
        "refused",
        "paused",
        "vanished",
        "extract-stale",
        "not-run-since-record",
        "not-run-since-release",
        "present",
        "up-to-date",
        "transferred",
        "new-account",
        "contact-service-desk",
    }
)
"""Every cause; the order of mending is the order of `causes.toml`."""

PREVIOUS_SCHOOL_CAUSES = frozenset(
    {
        "previous-school-no-leaving-date",
        "previous-school-run-failed",
        "previous-school-run-held",
        "previous-school-not-run",
    }
)
"""The causes whose texts may name `previous`; for `previous-school-unknown` the school is unknown."""
