"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy import JSON, BigInteger, DateTime, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = Mapping[str, JsonValue]

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit number the database gives out; on SQLite only INTEGER counts by itself."""

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON value; None is SQL NULL."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware UTC out. A naive value is a mistake of ours and raises ValueError.

    PostgreSQL keeps ``timestamptz``; SQLite keeps text in UTC with six decimals, which sorts like time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC; on SQLite without the zone, which its text does not hold."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant for the store must be aware")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC and aware."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
