"""The parts of a source definition: where it comes from, what a row is, what its columns mean."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from keepwell.catalog.texts import Text
from keepwell.language.types import Type

CustomerFact = Literal["order", "order_line", "interaction", "party"]
"""What tells something of a customer. A ``party`` row describes one; the others happened at a time."""

FactKind = Literal["order", "order_line", "interaction", "party", "unit"]
"""What one row of a source is. A ``unit`` is a part of the business (region, store, associate), no customer's fact."""

PersonalKind = Literal["phone", "email", "name", "national_id", "other"]

STANDARD_COLUMNS: dict[str, dict[str, Type]] = {
    "party": {"contract_end": Type.DAY},
    "order": {
        "order_id": Type.TEXT,
        "amount": Type.MONEY,
        "discount": Type.MONEY,
        "cost": Type.MONEY,
        "quantity": Type.NUMBER,
        "status": Type.TEXT,
        "channel": Type.TEXT,
        "store": Type.TEXT,
    },
    "order_line": {
        "order_id": Type.TEXT,
        "product_id": Type.TEXT,
        "category": Type.TEXT,
        "quantity": Type.NUMBER,
        "amount": Type.MONEY,
        "discount": Type.MONEY,
        "cost": Type.MONEY,
        "status": Type.TEXT,
        "channel": Type.TEXT,
        "store": Type.TEXT,
    },
    "interaction": {
        "type": Type.TEXT,
        "direction": Type.TEXT,
        "channel": Type.TEXT,
        "amount": Type.MONEY,
    },
    "unit": {"unit": Type.TEXT, "parent": Type.TEXT, "label": Type.TEXT, "level": Type.TEXT},
}
"""Columns every fact of a kind may have, with their types. A source may add others and give their type."""

REQUIRED_COLUMNS: dict[str, tuple[str, ...]] = {
    "party": ("party",),
    "order": ("occurred_at", "order_id", "amount"),
    "order_line": ("occurred_at", "order_id", "amount"),
    "interaction": ("occurred_at",),
    "unit": ("unit",),
}


class FilesFrom(BaseModel):
    """Files of one shape: CSV, Parquet, JSON lines or XLSX."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    files: str = Field(description="path or pattern, relative to the plan folder")
    format: Literal["csv", "parquet", "jsonl", "xlsx"] | None = Field(
        None, description="by suffix when absent"
    )
    encoding: str | None = Field(None, description="found when absent: BOM, UTF-8, GB18030")
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = Field(
        None, description="what parts the columns of a text file; found when absent"
    )
    quote: Annotated[str, Field(min_length=1, max_length=1)] | None = Field(
        None, description="what encloses a value with a delimiter inside; found when absent"
    )
    sheet: str | None = Field(None, description="sheet of a workbook; the first when absent")
    header_row: int = Field(1, ge=1, le=100, description="row with the names of the columns")


class SqlFrom(BaseModel):
    """A database table, pulled by watermark."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sql: str = Field(
        pattern=r"^(env:[A-Z][A-Z0-9_]*|sqlite:///.+)$",
        description="`env:NAME` of the variable that holds the URL, or a sqlite:/// path in the plan folder",
    )
    table: str = Field(min_length=1, max_length=200, description="table or view, `schema.table` where needed")
    watermark: str | None = Field(
        None, description="column that only grows (updated_at); rows from its last value on are pulled"
    )


def _form(given: object) -> str:
    """Which form a `from` has, so that its errors speak of that form alone."""
    is_sql = isinstance(given, SqlFrom) or (isinstance(given, dict) and "sql" in given)
    return "a table" if is_sql else "some files"


From = Annotated[
    Annotated[FilesFrom, Tag("some files")] | Annotated[SqlFrom, Tag("a table")], Discriminator(_form)
]


class ColumnMap(BaseModel):
    """What a lake column is made of: a source column, or an expression over the source's other columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    column: str | None = Field(
        None, description="name of the column in the source; the same name when absent"
    )
    value: str | None = Field(None, description="expression over this source's other columns")
    type: Type | None = Field(None, description="needed where the kind of fact does not fix it")
    format: str | None = Field(
        None, description="strptime form of a day or moment; the usual forms are tried when absent"
    )
    personal: PersonalKind | None = Field(
        None, description="a personal value: goes to the vault, never the lake"
    )
    free_text: bool = Field(default=False, description="people wrote it: kept encrypted, never in the lake")
    required: bool = Field(default=False, description="a row without it goes to quarantine")
    about: Text | None = Field(None, description="one sentence on what it means")

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, given: object) -> object:
        return {"column": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if self.column is not None and self.value is not None:
            raise ValueError("give `column` or `value`, not both")
        if self.personal and self.free_text:
            raise ValueError("a column is personal or free text, not both")
        return self


class ValidRule(BaseModel):
    """A condition every row must meet, and what to say when it does not."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rule: Annotated[str, Field(min_length=1, max_length=10_000, description="condition every row must meet")]
    say: Text = Field(description="why a row that does not is in quarantine")
