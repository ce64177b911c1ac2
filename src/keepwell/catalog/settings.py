"""keepwell.toml: what is true of the whole plan.

Reads the file into :class:`Settings`; each field's description is what the reference page prints.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.numbers import list_currencies
from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from keepwell.catalog.files import SETTINGS_FILE as FILE
from keepwell.catalog.limits import Exports, Limits, Section
from keepwell.catalog.shapes import shape_problems
from keepwell.core.errors import Problem
from keepwell.core.money import Currency
from keepwell.core.nearest import nearest

FORMAT = 1
OTHER_CODES = {"RMB": "CNY", "CNH": "CNY", "YUAN": "CNY"}
"""What people write, and the ISO code."""
OTHER_ZONES = dict.fromkeys(("Asia/Beijing", "Beijing", "China", "CST", "UTC+8", "GMT+8"), "Asia/Shanghai")
"""What people write, and the IANA zone."""
MASTER = r"local(\[(\*|[1-9]\d{0,3})\])?|spark://[^\s/:,]+:\d{1,5}(,[^\s/:,]+:\d{1,5})*"
"""One core or more of this machine, or a cluster by its master, or by several of which one leads."""
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _every(given: object) -> object:
    if isinstance(given, str) and (found := re.fullmatch(r"([1-9]\d{0,3})([mhd])", given)):
        return timedelta(**{UNITS[found[2]]: int(found[1])})
    raise ValueError("write a time such as `15m`, `1h` or `1d`")


Every = Annotated[timedelta, BeforeValidator(_every)]


class Store(Section):
    """``[store]``: where promises are kept."""

    url: str | None = Field(
        None,
        description="`sqlite:///` and a path in the plan folder, a `postgresql://` address without password, "
        "or `env:NAME` of the variable that holds the address; `.keepwell/store.db` when absent",
    )

    @field_validator("url")
    @classmethod
    def _no_password(cls, url: str | None) -> str | None:
        if url is None or re.fullmatch(r"env:[A-Z][A-Z0-9_]*|sqlite:///.+", url):
            return url
        try:
            parts = urlsplit(url)
            has_password = bool(parts.password) or "password" in parse_qs(parts.query)
        except ValueError:
            raise ValueError("this is no address of a database") from None
        if has_password:
            raise ValueError(
                "a password must not stand in this file, which is published and shared; put the whole "
                'address into an environment variable and write `url = "env:KEEPWELL_STORE"`'
            )
        if not re.match(r"postgresql(\+psycopg)?://", url):
            raise ValueError("a store is `sqlite:///PATH`, `postgresql://…` or `env:NAME`")
        return url


class Lake(Section):
    """``[lake]``: the engine that answers questions about everybody."""

    engine: Literal["duckdb", "spark"] = Field(
        "duckdb",
        description="the engine that computes fields and snapshots; whatever it is, DuckDB takes the sources in",
    )
    master: str | None = Field(
        None,
        description="where Spark computes: `spark://HOST:7077`, `local[4]` for four cores of this machine",
    )
    memory_limit_mb: int | None = Field(
        None, ge=128, description="memory DuckDB may take; its own choice when absent"
    )
    threads: int | None = Field(
        None, ge=1, le=1024, description="processor cores DuckDB may take; all when absent"
    )

    @field_validator("master")
    @classmethod
    def _known_master(cls, master: str | None) -> str | None:
        if master is not None and not re.fullmatch(MASTER, master):
            raise ValueError("a master is `spark://HOST:PORT`, `local[CORES]` or `local[*]`")
        return master

    @model_validator(mode="after")
    def _master_of_spark(self) -> Lake:
        if (self.engine == "spark") != (self.master is not None):
            raise ValueError(
                'Spark needs `master`, such as `master = "spark://host:7077"`'
                if self.engine == "spark"
                else '`master` is for `engine = "spark"` alone'
            )
        return self


class Units(Section):
    """``[units]``: whose customers are whose, by the tree of region, store and associate."""

    field: str = Field(
        pattern=r"^[a-z][a-z0-9_]*$",
        max_length=100,
        description="text field of customers that holds the unit of each, such as `last_store`; "
        "a source of `fact: unit` gives the tree",
    )


Role = Literal["viewer", "agent", "manager", "analyst", "administrator"]
"""The roles, which the room of access explains."""


class Oidc(Section):
    """``[sign_in.oidc]``: people sign in with the account they have at another service (OpenID Connect)."""

    issuer: str = Field(
        pattern=r"^https://[^\s?#]+$|^http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?[^\s?#]*$",
        max_length=400,
        description="address of the service, as its own documents name it; must begin with https://",
    )
    client_id: str = Field(min_length=1, max_length=400, description="the name the service knows Keepwell by")
    secret: str | None = Field(
        None,
        pattern=r"^env:[A-Z][A-Z0-9_]*$",
        description="`env:NAME` of the variable that holds the secret; absent where the service wants none",
    )
    label: str = Field(
        "OpenID Connect", min_length=1, max_length=100, description="what the button on the sign-in page says"
    )
    scopes: tuple[str, ...] = Field(
        ("openid", "profile", "email"), max_length=20, description="what is asked for; always with `openid`"
    )
    name_claim: str = Field(
        "preferred_username",
        min_length=1,
        max_length=100,
        description="claim that holds the user's name; `email` counts only where it is verified",
    )
    make_users: bool = Field(
        default=False,
        description="make a user at the first sign-in; otherwise an administrator makes them before",
    )
    roles_claim: str | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="claim with words that `roles` translates, such as `groups`",
    )
    roles: dict[str, tuple[Role, ...]] = Field(
        {},
        max_length=200,
        description="word of that claim → roles; set anew at each sign-in, and nobody without one gets in",
    )
    new_roles: tuple[Role, ...] = Field(
        ("viewer",),
        min_length=1,
        description="roles of users made at their first sign-in where no claim gives them",
    )
    units_claim: str | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="claim with the units whose customers a user sees; set anew at each sign-in, and without one "
        "they see nobody",
    )
    units_everybody: str | None = Field(
        None, min_length=1, max_length=200, description="word of that claim for those who see all customers"
    )

    @model_validator(mode="after")
    def _fits(self) -> Oidc:
        if "openid" not in self.scopes:
            raise ValueError("`scopes` must have `openid`")
        if bool(self.roles) != (self.roles_claim is not None):
            raise ValueError("`roles_claim` and `roles` are given together")
        return self


class SignIn(Section):
    """``[sign_in]``: how people prove who they are."""

    address: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#]+$",
        description="where people open Keepwell, such as `https://keepwell.example.com`",
    )
    password: bool = Field(default=True, description="whether a name and a password let people in")
    oidc: Oidc | None = Field(None, description="sign-in with an account at another service")

    @model_validator(mode="after")
    def _fits(self) -> SignIn:
        if self.oidc is not None and self.address is None:
            raise ValueError(
                "`[sign_in.oidc]` needs `address` in `[sign_in]`: the service sends people back to it"
            )
        if self.oidc is None and not self.password:
            raise ValueError("without a password and without `[sign_in.oidc]` nobody could sign in")
        return self


class Settings(Section):
    """keepwell.toml, read and checked."""

    format: Literal[1] = Field(description="format of the plan folder")
    name: str = Field(min_length=1, max_length=200, description="name of the business, shown on pages")
    time_zone: str = Field(description="IANA zone whose days count, such as Asia/Shanghai")
    currency: str = Field(description="ISO 4217 code of the currency all money is reported in")
    languages: tuple[Literal["en", "zh"], ...] = Field(
        ("en", "zh"), min_length=1, description="languages of pages and texts; the first is the default"
    )
    run_every: Every | None = Field(
        None,
        description="how often `keepwell serve` runs the plan: `15m`, `1h`, `1d`; only by hand when absent",
    )
    shift_weeks: int = Field(
        0,
        ge=-5_200,
        le=5_200,
        description="whole weeks by which the times of all facts are moved, for demonstrations on old data",
    )
    rates: Literal["rates.csv"] | None = Field(
        None,
        description="file of dated exchange rates; amounts in other currencies go to quarantine without it",
    )
    store: Store = Field(default=Store(), description="where promises are kept")
    lake: Lake = Field(default=Lake(), description="the engine that answers questions about everybody")
    units: Units | None = Field(None, description="which field says to which unit a customer belongs")
    sign_in: SignIn = Field(default=SignIn(), description="how people prove who they are")
    exports: Exports = Field(default=Exports(), description="lists of customers taken away as files")
    limits: Limits = Field(default=Limits(), description="what intake refuses to read")

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        check_zone(name)
        return name

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, code: str) -> str:
        check_currency(code)
        return code

    @field_validator("languages")
    @classmethod
    def _each_once(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(languages)) < len(languages):
            raise ValueError("a language is named twice")
        return languages

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days count."""
        return ZoneInfo(self.time_zone)

    @property
    def money(self) -> Currency:
        """The currency all money is reported in."""
        return Currency(self.currency)

    @property
    def language(self) -> str:
        """The default language."""
        return self.languages[0]


def check_zone(name: str) -> None:
    """Raise ValueError, with the nearest name, unless ``name`` is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        hint = _meant(name, available_timezones(), OTHER_ZONES) or "write a name such as `Asia/Shanghai`"
        raise ValueError(f"there is no time zone `{name}`; {hint}") from None


def check_currency(code: str) -> None:
    """Raise ValueError, with the nearest code, unless ``code`` is an ISO 4217 currency."""
    if code not in list_currencies():
        in_use = {
            code
            for history in get_global("territory_currencies").values()
            for code, _, end, is_tender in history
            if is_tender and end is None
        }
        hint = _meant(code.upper(), in_use, OTHER_CODES) or "write three capitals such as `CNY`"
        raise ValueError(f"there is no currency `{code}`; {hint}")


def _meant(name: str, known: Iterable[str], others: Mapping[str, str]) -> str | None:
    found = nearest(name, sorted({*known, *others}))
    return f"did you mean `{others.get(found, found)}`?" if found else None


def read_settings(text: str) -> tuple[Settings | None, list[Problem]]:
    """The settings in keepwell.toml's text, or None and everything that is wrong with it."""
    try:
        values = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        return None, [_syntax_problem(str(error), text)]
    except RecursionError:
        return None, [Problem("this is nested too deeply", file=FILE)]
    if problem := _format_problem(values, text):
        return None, [problem]
    try:
        return Settings.model_validate(values), []
    except ValidationError as error:
        return None, [
            Problem(what.what, file=FILE, line=line_of(text, path), field=what.field, hint=what.hint)
            for path, what in shape_problems(error, Settings, values)
        ]


def _format_problem(values: dict[str, object], text: str) -> Problem | None:
    given = values.get("format", FORMAT)
    if type(given) is int and given == FORMAT:
        return None
    line = line_of(text, ("format",))
    if type(given) is not int:
        return Problem(
            "the format is a whole number", file=FILE, line=line, hint=f"write `format = {FORMAT}`"
        )
    newer = given > FORMAT
    return Problem(
        f"the plan has format {given}; this Keepwell reads format {FORMAT}",
        file=FILE,
        line=line,
        hint="it was made by a newer Keepwell: install that one" if newer else "run `keepwell upgrade`",
    )


def _syntax_problem(message: str, text: str) -> Problem:
    """The place stands only inside the parser's sentence."""
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.DOTALL)
    if not found:
        return Problem(message, file=FILE)
    line = int(found[2]) if found[2] else len(text.splitlines()) or 1
    column = int(found[3]) if found[3] else None
    return Problem(
        f"this is not TOML: {found[1][0].lower()}{found[1][1:]}",
        file=FILE,
        line=line,
        column=column,
        hint='a line reads `key = "text"`, `key = 12` or `[section]`',
    )


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line of a key, found by a scan; the line of its section or the first when it is not there."""
    names = [part for part in path if isinstance(part, str)]
    section: list[str] = []
    best, best_depth = 1, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"\s*\[+\s*([\w.\s-]+?)\s*\]+", line):
            section = [part.strip() for part in found[1].split(".")]
            at = section
        elif found := re.match(r"\s*([\w.-]+)\s*=", line):
            at = section + found[1].split(".")
        else:
            continue
        if len(at) > best_depth and names[: len(at)] == at:
            best, best_depth = number, len(at)
    return best
