"""The table `safeguards` of `hwb.toml`: from which numbers on changes are held back, within bounds."""

from pydantic import BaseModel, ConfigDict, Field

from provisioning.planning.safeguard_limits import DEFAULT_LIMITS, Limit, SafeguardLimits


def _few(limit: Limit, what: str) -> int:
    """Declare from how many on `what` may be held back: at most twice the default, so fewer than a class."""
    most = 2 * limit.few
    said = f"From how many on {what} can be held back; at most {most}."
    return Field(default=limit.few, ge=1, le=most, description=said)


def _percent(limit: Limit, most: int, what: str) -> int:
    """Declare above which percentage they are: at most so high that the mishap it is for is over it."""
    said = f"Above which percentage they are; at most {most}. {what}"
    return Field(default=limit.percent, ge=0, le=most, description=said)


def _least(limit: Limit, what: str) -> int:
    """Declare how many active accounts a school must have to be judged; never more than the default."""
    said = f"How many active {what} a school must have for its new accounts to be judged; 1 to {limit.least}."
    return Field(default=limit.least, ge=1, le=limit.least, description=said)


class SafeguardSettings(BaseModel):
    """From which numbers on a run holds changes back for a person's decision.

    Each may be as strict as is wanted, and looser up to a bound at which the mishap that it is for is still
    held back. The bounds' reasons are in `docs/decisions/holds.md`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    extract_shrunk: int = _few(DEFAULT_LIMITS.shrunk, "an extract that lacks so many records")
    extract_shrunk_percent: int = _percent(
        DEFAULT_LIMITS.shrunk, 30, "Half a file, or another school's, is far above."
    )
    learners_leaving: int = _few(DEFAULT_LIMITS.learners_leaving, "releases of learners")
    learners_leaving_percent: int = _percent(
        DEFAULT_LIMITS.learners_leaving, 14, "One of a primary's seven year groups is more."
    )
    staff_leaving: int = _few(DEFAULT_LIMITS.staff_leaving, "releases of staff")
    staff_leaving_percent: int = _percent(
        DEFAULT_LIMITS.staff_leaving, 45, "Half of the staff is always held back."
    )
    learners_created: int = _few(DEFAULT_LIMITS.learners_created, "new accounts of learners")
    learners_created_percent: int = _percent(
        DEFAULT_LIMITS.learners_created, 30, "Changed UPNs concern nearly all learners."
    )
    learners_created_least: int = _least(DEFAULT_LIMITS.learners_created, "learners")
    staff_created: int = _few(DEFAULT_LIMITS.staff_created, "new accounts of staff")
    staff_created_percent: int = _percent(
        DEFAULT_LIMITS.staff_created, 45, "Changed staff codes concern nearly all staff."
    )
    staff_created_least: int = _least(DEFAULT_LIMITS.staff_created, "members of staff")
    year_jump: int = _few(DEFAULT_LIMITS.year_jump, "moves by other than one year group")
    year_jump_percent: int = _percent(
        DEFAULT_LIMITS.year_jump, 30, "An end of year that was run twice moves nearly all learners."
    )
    classes_lost: int = _few(DEFAULT_LIMITS.classes_lost, "updates that lose classes")
    classes_lost_percent: int = _percent(
        DEFAULT_LIMITS.classes_lost, 30, "A column that was left out empties all classes."
    )
    export_shrunk: int = Field(
        default=DEFAULT_LIMITS.export_shrunk.few,
        ge=1,
        le=2 * DEFAULT_LIMITS.export_shrunk.few,
        description="How many of a school's active accounts a portal's export must lack not to be believed; "
        f"at most {2 * DEFAULT_LIMITS.export_shrunk.few}.",
    )
    export_shrunk_percent: int = _percent(
        DEFAULT_LIMITS.export_shrunk, 65, "An export that was cut off after a third lacks more."
    )

    @property
    def limits(self) -> SafeguardLimits:
        """The limits by which the planner judges."""
        return SafeguardLimits(
            shrunk=Limit(self.extract_shrunk, self.extract_shrunk_percent),
            learners_leaving=Limit(self.learners_leaving, self.learners_leaving_percent),
            staff_leaving=Limit(self.staff_leaving, self.staff_leaving_percent),
            learners_created=Limit(
                self.learners_created, self.learners_created_percent, self.learners_created_least
            ),
            staff_created=Limit(self.staff_created, self.staff_created_percent, self.staff_created_least),
            year_jump=Limit(self.year_jump, self.year_jump_percent),
            classes_lost=Limit(self.classes_lost, self.classes_lost_percent),
            export_shrunk=Limit(self.export_shrunk, self.export_shrunk_percent),
        )
