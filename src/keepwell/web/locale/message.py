"""A text of the pages in every language. A text that lacks one cannot be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Message:
    """One text; ``{name}`` stands for a value. ``one`` is the English text where ``{count}`` is 1."""

    en: str
    zh: str
    one: str | None = None

    def in_(self, language: Language, *, count: int | None = None) -> str:
        """The text in a language."""
        if language == "zh":
            return self.zh
        return self.one if self.one is not None and count == 1 else self.en
