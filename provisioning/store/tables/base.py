"""What all tables are made of: their base, moments in UTC, the time of a row's last change.

The bot's own tables derive from `Base` too: the installation has one schema. Times are UTC; texts that people
read are kept as keys and values, for either language.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import JSON, Connection, Index, MetaData, event, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import DateTime, TypeDecorator

from provisioning.clock import system_time


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware in Python and UTC in every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; a naive time raises `ValueError`."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the store")
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Return what restores the time zone, which SQLite does not store.

        It takes the place of SQLAlchemy's own, which makes two calls for each value, also for None.
        """
        read = self.impl_instance.result_processor(dialect, coltype)

        def moment(value: Any) -> datetime | None:
            if value is None:
                return None
            found = cast("datetime", read(value) if read else value)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)

        return moment


class Base(DeclarativeBase):
    """The base of all tables; constraints are named, so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as it is
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[dict[str, Any]]: JSON,
        list[str]: JSON,
    }


ADDED_TO_ONLY = {"added_to_only": True}
"""What the `info` of a table says to which rows are only added; retention has a way of its own."""


class Recorded:
    """A row with the time as it is of its last change; None where an earlier version wrote it.

    By this time it is kept: its other times are by the clock in use, which may be set.
    """

    recorded_at: Mapped[datetime | None] = mapped_column(default=system_time, onupdate=system_time)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return the index `name` of the rows alone that meet the condition `where`, on either database."""
    index = Index(name, *columns, unique=unique, sqlite_where=text(where))
    return _on_postgresql(index, "where", text(where))


def prefix_index(name: str, column: str) -> Index:
    """Return the index `name` that finds texts of `column` by their beginning, whatever the language's order.

    SQLite orders texts by their bytes anyway.
    """
    return _on_postgresql(Index(name, column), "ops", {column: "varchar_pattern_ops"})


def _on_postgresql(index: Index, option: str, value: Any) -> Index:
    """Return `index`, which gets an option of PostgreSQL's own only when it is about to be made there.

    Naming the option as the index is declared imports that dialect, which an embedded database never needs.
    """

    def set_option(_index: Index, connection: Connection, **_options: Any) -> None:
        if connection.dialect.name == "postgresql":
            index.dialect_options["postgresql"][option] = value

    event.listen(index, "before_create", set_option)
    return index
