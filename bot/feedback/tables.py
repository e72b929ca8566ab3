"""The table of feedback."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables.base import Base


class FeedbackRow(Base):
    """How often, on a day, answers of a verb about a cause or an entry were called right or wrong.

    No row has anything of who pressed, of whom the answer was about, or of a school. `said` is a `Said`.
    """

    __tablename__ = "feedback"

    day: Mapped[date] = mapped_column(primary_key=True)
    verb: Mapped[str] = mapped_column(String(40), primary_key=True)
    about: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    said: Mapped[str] = mapped_column(String(16), primary_key=True)
    count: Mapped[int]
