"""The table of the events that other systems are told of."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables import Base


class EventPlaceRow(Base):
    """How far events have been told (see `bot.api.events`): `runs` up to a number, `ready:` schools a year.

    `held:` and a run's number stand for a run that was told as held and waits for its end.
    """

    __tablename__ = "event_places"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    place: Mapped[int]
