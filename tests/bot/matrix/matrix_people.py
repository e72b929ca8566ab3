"""Who presses in the matrix: every role over one school, some narrower, and people without a valid role.

`OWN` is the school over which every column has its role; `OTHER` is another local authority's.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.people.permissions import EVERYWHERE, Caller, Grant, Role
from provisioning.clock import uk_date
from tests.builders import BRYN, GLAN, NOW

OWN, OTHER = GLAN, BRYN
GROUP = "S0MATRIX"
YESTERDAY = uk_date(NOW) - timedelta(days=1)

_SCOPES = {
    Role.LOCAL_AUTHORITY: OWN.local_authority,
    Role.SERVICE_DESK: EVERYWHERE,
    Role.ADMINISTRATOR: EVERYWHERE,
}


@dataclass(frozen=True)
class Column:
    """A person who presses, with the grants that they were given, which may not count (any more).

    `crossed`: with all three schools; the others lack a role in further ways, which only their own can show.
    """

    name: str
    user: str
    given: tuple[Grant, ...]
    counts: bool = True
    crossed: bool = True

    @property
    def caller(self) -> Caller:
        """What they are today, by the table in code."""
        return Caller(self.user, self.given if self.counts else ())


def _one_of(role: Role) -> Column:
    user = "U0" + role.replace("-", "").upper()
    return Column(role.value, user, (Grant(user, role, _SCOPES.get(role, OWN.number)),))


def _everything(name: str, user: str, ends_on: date | None = None) -> Column:
    return Column(name, user, (Grant(user, Role.ADMINISTRATOR, EVERYWHERE, ends_on),), False, False)


def _over(scope: str, role: Role, name: str, user: str) -> Column:
    return Column(name, user, (Grant(user, role, scope),))


AT_ONE_SCHOOL = _over(OWN.number, Role.ADMINISTRATOR, "administrator of one school", "U0ONESCHOOL")
OF_ONE_AUTHORITY = _over(OWN.local_authority, Role.SERVICE_DESK, "service desk of one authority", "U0ONEDESK")
STRANGER = Column("stranger", "U0STRANGER", ())
ENDED = _everything("administrator until yesterday", "U0ENDED", YESTERDAY)
LEFT = _everything("administrator who has left Slack", "U0LEFT")
GUEST = _everything("administrator who is only a guest", "U0GUEST")
_TO_A_GROUP = (Grant(GROUP, Role.PROVISIONING_MANAGER, OWN.number),)
MEMBER = Column("member of a user group", "U0MEMBER", _TO_A_GROUP, crossed=False)
COLUMNS = (*map(_one_of, Role), AT_ONE_SCHOOL, OF_ONE_AUTHORITY, STRANGER, ENDED, LEFT, GUEST, MEMBER)

IN_WELSH = (COLUMNS[0], COLUMNS[1], COLUMNS[5], STRANGER)
"""The columns that together see every screen: their own, those for all people, and each refusal."""

CHAMPIONS = {OWN.number: "U0OWNCHAMPION", OTHER.number: "U0OTHERCHAMPION"}
"""Who has asked the desk and the provisioning managers at each school."""
MANAGERS = {OWN.number: "U0OWNMANAGER", OTHER.number: "U0OTHERMANAGER"}
_OTHERS = (*CHAMPIONS.values(), *MANAGERS.values())
EVERYBODY = (*(column.user for column in COLUMNS), *_OTHERS)
COLLEAGUE = "U0ADMINISTRATOR"
"""To whom everything can be handed over."""
THEIRS = (
    *(Grant(user, Role.DIGITAL_CHAMPION, number) for number, user in CHAMPIONS.items()),
    *(Grant(user, Role.PROVISIONING_MANAGER, number) for number, user in MANAGERS.items()),
)
