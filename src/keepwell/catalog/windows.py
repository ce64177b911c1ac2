"""Windows and numbers of days, as definitions write them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator


class Window(BaseModel):
    """``90d`` (the last 90 local days), ``previous 90d`` (the 90 before those) or ``lifetime``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    days: Annotated[int, Field(gt=0, le=36_500)] | None = None
    windows_back: Annotated[int, Field(ge=0, le=1)] = 0

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: object) -> object:
        if isinstance(given, dict):
            return given
        if given == "lifetime":
            return {}
        found = re.fullmatch(r"(previous )?(\d{1,5})d", str(given))
        if not found:
            raise ValueError("a window is `lifetime`, a number of days such as `90d`, or `previous 90d`")
        return {"days": int(found[2]), "windows_back": 1 if found[1] else 0}

    @property
    def suffix(self) -> str:
        """How it ends the name of a field: ``90d``, ``prev_90d``, ``lifetime``."""
        if self.days is None:
            return "lifetime"
        return f"prev_{self.days}d" if self.windows_back else f"{self.days}d"


WINDOW = "{window}"
"""Stands, in the expressions of a field with windows, for the suffix of each."""


def _no_repeated_windows(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    found = [window.suffix for window in windows]
    if repeated := sorted({suffix for suffix in found if found.count(suffix) > 1}):
        raise ValueError(f"the same window stands here twice: {', '.join(repeated)}")
    return windows


Windows = Annotated[
    tuple[Window, ...], Field(min_length=1, max_length=50), AfterValidator(_no_repeated_windows)
]
"""The windows of a family of definitions: see :mod:`keepwell.catalog.families`."""


def _days(given: object) -> object:
    if isinstance(given, str) and (found := re.fullmatch(r"(\d{1,5})d", given)):
        return int(found[1])
    raise ValueError("write a number of days such as `180d`")


_WRITTEN = Annotated[str, Field(examples=["90d"])]
Days = Annotated[int, BeforeValidator(_days, json_schema_input_type=_WRITTEN), Field(gt=0)]
