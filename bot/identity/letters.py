"""Tells those who may decide that accounts are in doubt: by direct message, once for what has come up."""

from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.people import permissions
from bot.people.permissions import Act
from bot.services import Services
from provisioning.clock import uk_date
from provisioning.store import identities, schools

KIND = "identity"


def announce(services: Services) -> None:
    """Put a letter into the outbox for everybody who may decide at a school where doubts have come up.

    They count as announced in the same transaction in which the letters are put in.
    """
    now = services.clock.now()

    def work(session: Session) -> None:
        day = uk_date(now)
        for number, newest in identities.to_announce(session, now).items():
            school = schools.one(session, number)
            for user in permissions.who_may(session, Act.DECIDE, school, day):
                payload = {"kind": KIND, "school": number}
                letters.put(session, [Letter(f"identity:{number}:{newest}:{user}", user, payload)], now)

    with services.database.reading() as session:
        if not identities.is_to_announce(session):
            return
    services.database.write(work)
