"""A school's standing in words: what is open there by name, what is not known, what may mend itself."""

from collections.abc import Iterable

from bot.slack.voice import Voice
from diagnostics.tally import SchoolState, Standing


def state_of(found: Standing) -> str:
    """Return `ready`, `waiting`, or `open` where a stage is open or not known, for the keys of texts."""
    return "open" if found.state is SchoolState.UNKNOWN else found.state.value


def state_words(found: Standing, voice: Voice) -> str:
    """Return what is open at a school by name, or that it is ready or on the way."""
    return open_names(found, voice) or voice.plain(f"board.school-{state_of(found)}")


def open_names(found: Standing, voice: Voice) -> str:
    """Return the names of a school's open stages, and of those not known; blank where there are none."""
    mending = tuple(stage for stage in found.open if stage in found.mending)
    parts = (("open", found.open), ("mending", mending), ("unknown", found.unknown))
    said = [
        voice.plain(
            f"board.names-{part}", count=len(stages), all=found.may_mend, stages=_names(stages, voice)
        )
        for part, stages in parts
        if stages
    ]
    return " · ".join(said)


def _names(stages: Iterable[str], voice: Voice) -> str:
    return ", ".join(voice.plain(f"step.{stage}.title") for stage in stages)
