"""keepwell.toml: how much is read, and how much leaves."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A table of keepwell.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(Section):
    """``[limits]``: what intake refuses to read."""

    file_mb: int = Field(200 * 1024, ge=1, description="largest file, in MiB")
    line_mb: int = Field(8, ge=1, le=1024, description="longest line of a text file, in MiB")
    unzipped_mb: int = Field(20 * 1024, ge=1, description="most that a .gz file may unfold to, in MiB")
    workbook_mb: int = Field(2 * 1024, ge=1, description="most that a spreadsheet may unfold to, in MiB")


class Exports(Section):
    """``[exports]``: lists of customers that people take away as files."""

    customers_max: int = Field(1_000_000, ge=1, description="most customers of one export")
    unapproved_max: int = Field(
        5_000,
        ge=0,
        description="most customers, masked, that somebody may export within 24 hours without anybody's approval",
    )
    approval_hours: int = Field(
        24, ge=1, le=24 * 30, description="how long an approved export can be downloaded"
    )
    downloads: int = Field(3, ge=1, le=20, description="how often an approved export can be downloaded")
