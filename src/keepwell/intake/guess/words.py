"""What columns are called: the meanings of words.toml, and how well a column's name fits each."""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from keepwell.catalog.sources import PersonalKind

NOTHING = "nothing"
"""The meaning of columns that are known and of no use."""

Shape = Literal[
    "id", "time", "money", "number", "text", "short", "phone", "email", "name", "national_id", "currency"
]

_BRACKETS = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PARTS = re.compile(r"[a-z]+|[0-9]+|[^\W\d_a-z]+")
_SHORT_FOR = {"nr": "no", "num": "no", "qty": "quantity", "amt": "amount", "dt": "date", "ts": "timestamp"}
LAST_NAME_WORTH = 0.8
"""What the last of a meaning's names is worth; the first is worth 1, those between in steps."""
STEPS_LEAST = 10
"""As many steps are reckoned with at least, so that few names are all good ones."""
PART_WORTH = 0.85
"""What a known name is worth that is a part of a column's name."""
LATIN_NOT_LAST, CHINESE_NOT_LAST = 0.6, 0.8
"""What it is worth where it does not end the column's name, which says what a thing is."""
_ALIKE = str.maketrans("帐額號訂單", "账额号订单")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column may mean; ``names`` are its names made plain, in order of preference, each language by itself."""

    name: str
    shape: Shape
    names: tuple[tuple[str, float], ...]
    facts: frozenset[str] | None = None
    own: str | None = None
    personal: PersonalKind | None = None
    free_text: bool = False

    def is_of(self, fact: str) -> bool:
        """Whether facts of a kind have it."""
        return self.facts is None or fact in self.facts


def plain(name: str) -> str:
    """A column's name for comparing: without brackets and marks, in lower case, its words parted by a space."""
    text = unicodedata.normalize("NFKC", name[:200])
    text = _BRACKETS.sub(" ", text) if _BRACKETS.sub("", text).strip() else text
    text = _CAMEL.sub(" ", text).lower().translate(_ALIKE)
    return " ".join(_SHORT_FOR.get(part, part) for part in _PARTS.findall(text))


@cache
def meanings() -> dict[str, Meaning]:
    """Every meaning by its name."""
    told = tomllib.loads((files("keepwell.intake.guess") / "words.toml").read_text("utf-8"))
    return {name: _meaning(name, table) for name, table in told.items()}


def _meaning(name: str, table: dict[str, object]) -> Meaning:
    names: dict[str, float] = {}
    for language in ("zh", "en"):
        given = table.pop(language)
        assert isinstance(given, list)
        for place, each in enumerate(given):
            names.setdefault(plain(each), 1.0 - (1 - LAST_NAME_WORTH) * place / max(len(given), STEPS_LEAST))
    facts = table.pop("facts", None)
    table["facts"] = frozenset(facts) if isinstance(facts, list) else None
    return Meaning(name=name, names=tuple(names.items()), **table)  # type: ignore[arg-type]  # the file is ours and tested


def name_fits(name: str, meaning: Meaning) -> float:
    """How well a column's plain name fits: 1 where it is the best name there is, 0 where it says nothing of it."""
    best = 0.0
    words = name.split()
    for known, worth in meaning.names:
        if name == known:
            return worth
        best = max(best, worth * PART_WORTH * _shared(name, words, known))
    return best


def _shared(name: str, words: list[str], known: str) -> float:
    """What part of the name a known name makes up, where it stands in it whole."""
    if known.isascii():
        parts = known.split()
        if not set(parts) <= set(words):
            return 0.0
        # The last word says what a thing is: "customer name" is a name, "name of customer" is rare in headers.
        last = 1.0 if parts[-1] == words[-1] else LATIN_NOT_LAST
        return last * math.sqrt(len(parts) / len(words))
    if known not in name.replace(" ", ""):
        return 0.0
    last = 1.0 if name.endswith(known) else CHINESE_NOT_LAST
    return last * math.sqrt(len(known) / len(name))
