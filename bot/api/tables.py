"""The table of the events that other systems are told of."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables.base import Base


class EventPlaceRow(Base):
    """How far events have been told (see `bot.api.events`), in a `place` for each `name`.

    Of `runs` it is the number of the run up to which all were told; of `ready:` and a school's number, the
    year of the rollover for which the school was told to be ready; of `held:` and a run's number, how many
    accounts that run had made when it was told as held.
    """

    __tablename__ = "event_places"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    place: Mapped[int]
