"""Three schools of the county whose accounts live in the User Management Portal.

Bro Alarch's office forgot a class, so the client skips that learner. Llanfeillion's user export has been
written by hand since Tuesday, and its office has not written it after Wednesday's run.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.trial.county.edits import of_the_portal
from bot.trial.county.history import History, Saved, history
from bot.trial.county.overview import County
from bot.trial.county.people import GRANTS, PEOPLE
from bot.trial.county.plants import plants
from bot.trial.county.saving import CountyExport, save
from bot.trial.county.schools import BRO_ALARCH, LLANFEILLION, RHYD_Y_GWYLANOD, SCHOOLS
from bot.trial.county.seeding import open_with, run
from bot.trial.portal import Portal
from provisioning.clock import Clock, FixedClock
from provisioning.portal.client import Client
from provisioning.runs.dependencies import Provisioning

HERE = tuple(school for school in SCHOOLS if school.number in (BRO_ALARCH, LLANFEILLION, RHYD_Y_GWYLANOD))
_JULY, _WEDNESDAY = 7, 26


def seed_portal(provisioning_at: Callable[[Clock], Provisioning], portal: Portal, client: Client) -> County:
    """Fill an empty installation with these schools, up to Wednesday, by runs of `client`.

    `provisioning_at` returns the caller's `Provisioning` with a clock. The bot sees rollover week's runs;
    in July the client ran without it.
    """
    past = history()
    numbers = {school.number for school in HERE}
    open_with(provisioning_at(FixedClock(past.events[0].at)), HERE)
    for event in past.events:
        provisioning = provisioning_at(FixedClock(event.at))
        if not isinstance(event, Saved):
            portal.set_clock(event.at)
            here = [number for number in event.schools if number in numbers]
            if event.at.month == _JULY:
                for number in here:
                    client.run(number)
            else:
                run(provisioning, here, event.at)
        elif event.export.roll.school in numbers:
            if event.at.day == _WEDNESDAY and event.export.roll.school == LLANFEILLION:
                portal.write_by_hand(LLANFEILLION)
            save(provisioning.extract_folder.folder, _without_class(event.export, past), event.at)
    return portal_county(past)


def portal_county(past: History) -> County:
    """Return the county of these schools that a history leads to."""
    done = past.stages[BRO_ALARCH].today
    grants = tuple(grant for grant in GRANTS if any(grant.covers(school.number) for school in HERE))
    holders = {grant.user for grant in grants}
    return County(
        people=tuple(person for person in PEOPLE if person.id in holders),
        grants=grants,
        plants=plants(past.who, "portal"),
        edits=of_the_portal({BRO_ALARCH: done}),
        mishaps=(),
        damaged=(),
        lists=None,
    )


def _without_class(export: CountyExport, past: History) -> CountyExport:
    """Return the export without the class of the learner whom the client skips."""
    return replace(export, roll=export.roll.amend({past.who["new-account"]}, class_name=""))
