"""Text in the reader's language: a plain string, or one per language."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

LANGUAGES = ("en", "zh")


class Text(BaseModel):
    """Text per language; a plain string stands for all languages."""

    model_config = ConfigDict(frozen=True)
    texts: Annotated[dict[str, str], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _from_yaml(cls, given: object) -> object:
        if isinstance(given, str):
            return {"texts": {"": given}}
        if isinstance(given, dict) and "texts" not in given:
            unknown = sorted(str(key) for key in given if key not in LANGUAGES)
            if unknown:
                raise ValueError(f"unknown language {', '.join(unknown)}; known: {', '.join(LANGUAGES)}")
            return {"texts": given}
        if not isinstance(given, dict):
            raise ValueError("write a text in quotes, or one per language: {en: …, zh: …}")  # noqa: TRY004
        return given

    def in_(self, language: str, default: str = "en") -> str:
        """The text in ``language``, else in the plan's default language, else whatever there is."""
        for key in (language, default, ""):
            if key in self.texts:
                return self.texts[key]
        return next(iter(self.texts.values()))
