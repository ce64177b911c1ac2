"""The one shape of everything that goes wrong: problem details (RFC 9457) with Keepwell's own problems in them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"


class Wrong(BaseModel):
    """One thing that is wrong: what, where, and how to mend it."""

    model_config = ConfigDict(from_attributes=True)

    what: str
    field: str | None = Field(None, description="the parameter, key, column or definition")
    file: str | None = Field(None, description="a file of the plan")
    line: int | None = Field(None, description="from 1")
    column: int | None = Field(None, description="from 1; of an expression or a file")
    hint: str | None = Field(None, description="what to do")


class Refusal(BaseModel):
    """Why there is no answer: problem details as RFC 9457 has them, of type `about:blank`."""

    title: str = Field(description="the status in words", examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    error: str = Field(description="the name of the error, as the reference lists it", examples=["NotFound"])
    detail: str = Field(description="the first problem as a sentence")
    request_id: str = Field(description="to look up in the log")
    problems: list[Wrong] = Field(description="everything that is wrong")
