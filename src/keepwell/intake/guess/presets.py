"""Exports of common shops and tills, known by their headers: one small file each in `presets/`.

Each file says where its knowledge comes from: ``seen`` as a real file, or ``published`` as a list of columns that
others can look up. What could not be looked up anywhere is no preset.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from keepwell.catalog.sources import FactKind
from keepwell.intake.guess.words import plain

SURE = {"seen": 0.97, "published": 0.9}


@dataclass(frozen=True, slots=True)
class Preset:
    """An export that is known: the columns that tell it, and what each column is used as."""

    name: str
    label: Mapping[str, str]
    fact: FactKind
    knowledge: Literal["seen", "published"]
    must: tuple[str, ...]
    columns: Mapping[str, str]
    time_zone: str | None = None
    currency: str | None = None

    @property
    def sure(self) -> float:
        """How sure its columns are."""
        return SURE[self.knowledge]

    def use_of(self, column: str) -> str | None:
        """What a column is used as; None for one that the preset does not know."""
        mine = {_plainly(known): use for known, use in self.columns.items()}
        # Some exports tell two columns apart by what stands in brackets: 商品实际价格(单件) and (总共).
        return self.columns.get(column.strip()) or mine.get(_plainly(column))


@cache
def presets() -> dict[str, Preset]:
    """Every preset by its name."""
    folder = files("keepwell.intake.guess") / "presets"
    return {
        path.name.removesuffix(".toml"): _read(path.name.removesuffix(".toml"), path.read_text("utf-8"))
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".toml")
    }


def _read(name: str, text: str) -> Preset:
    told = tomllib.loads(text)
    return Preset(name=name, **told | {"must": tuple(told["must"])})


def preset_of(columns: Collection[str]) -> Preset | None:
    """The preset whose telling columns are all there; of several the one that knows most of the columns."""
    there = {_plainly(column) for column in columns}
    fit = [preset for preset in presets().values() if {_plainly(must) for must in preset.must} <= there]
    return max(fit, key=lambda preset: _known(preset, there), default=None)


def _known(preset: Preset, there: Collection[str]) -> int:
    return sum(_plainly(column) in there for column in preset.columns)


def _plainly(column: str) -> str:
    # Words alone: exports differ in brackets, spaces and marks between versions.
    return plain(column).replace(" ", "") or column
