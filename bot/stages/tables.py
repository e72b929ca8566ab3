"""The tables of what is known of schools' stages."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables.base import Base


class KnownStagesRow(Base):
    """The stages that were found of a school, with the `mark` of what they rest on.

    `bot.stages.stored_stages` reads and writes them. `schools` are the numbers of the other schools on which
    they rest, `holder` is the process that has found them.
    """

    __tablename__ = "known_stages"

    school: Mapped[str] = mapped_column(String(7), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    mark: Mapped[str] = mapped_column(String(64))
    stages: Mapped[dict[str, Any]]
    schools: Mapped[list[str]]
    found_on: Mapped[date]
    lasts_until: Mapped[date]
    run_times: Mapped[bool]


class StagesPlaceRow(Base):
    """Up to where the process `holder` had read what the stages rest on that it has found (`Position`).

    `mark` stands for what concerns all schools.
    """

    __tablename__ = "stages_places"

    holder: Mapped[str] = mapped_column(String(64), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64))
    read: Mapped[dict[str, Any]]
    read_at: Mapped[datetime]
