"""Who is written to about the accounts made by hand of a school."""

from sqlalchemy.orm import Session

from bot.people import permissions
from bot.people.permissions import Role
from bot.services import Services
from provisioning.clock import today
from provisioning.store import schools


def reviewers(services: Services, session: Session, number: str) -> list[str]:
    """Return the digital champions of the school `number`.

    Administrators may review its accounts as well, but are not asked to.
    """
    school = schools.get(session, number)
    grants = permissions.in_force(session, today(services.clock))
    champions = [grant for grant in grants if grant.role is Role.DIGITAL_CHAMPION and grant.covers(school)]
    return list(dict.fromkeys(grant.user for grant in champions))
