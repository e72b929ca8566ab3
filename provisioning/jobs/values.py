"""Jobs as plain values: they name schools and times, and carry no data."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SlotJob:
    """Run some schools for a slot, which is their scheduled time; `site` is where their clients are."""

    slot: datetime
    schools: tuple[str, ...]
    site: str | None = None


@dataclass(frozen=True)
class FollowUpJob:
    """Run a school again, for another has released learners for whom it waits."""

    school: str
    site: str | None = None


Job = SlotJob | FollowUpJob
