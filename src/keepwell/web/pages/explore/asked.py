"""What a view of Explore is asked, as its address says it: among whom, and the view's own options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from keepwell.answers.among import YEARS, Among
from keepwell.catalog.plan import Plan
from keepwell.core.errors import KeepwellError, NotFound, Refused
from keepwell.core.nearest import did_you_mean
from keepwell.language.check import check
from keepwell.language.types import Type
from keepwell.lists.model import EVERYBODY
from keepwell.web.asked import LIST

WHERE_LENGTH_MAX = 10_000
AMONG = ("segment", "where")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values. Without a ``default`` the first that the plan has."""

    name: str
    values: Callable[[Plan], Sequence[str]]
    default: str = ""
    of_plan: bool = False
    """Whether values are fields of the plan, called by their labels; others have a text of the pages."""

    def read(self, text: str, plan: Plan) -> str:
        """Raises NotFound."""
        known = list(self.values(plan))
        chosen = text or (self.default if self.default in known else next(iter(known), ""))
        if chosen not in known:
            hint = did_you_mean(chosen, known) or (f"there are {', '.join(known)}" if known else None)
            raise NotFound(f"`{self.name}` cannot be `{chosen}`", hint=hint)
        return chosen


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    name: str
    default: int
    least: int
    most: int

    def read(self, text: str, _plan: Plan) -> str:
        """Raises Refused."""
        number = int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else None
        if text and (number is None or not self.least <= number <= self.most):
            raise Refused(
                f"`{self.name}` cannot be `{text}`",
                hint=f"write a whole number from {self.least} to {self.most}",
            )
        return str(self.default if number is None else number)


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or none."""

    name: str

    def read(self, text: str, _plan: Plan) -> str:
        """Raises Refused."""
        try:
            return date.fromisoformat(text).isoformat() if text else ""
        except ValueError:
            raise Refused(
                f"`{self.name}` cannot be `{text}`: it is no day", hint="write 2026-06-30"
            ) from None


Option = Choice | Whole | Day
YEARS_BACK = Whole("years", YEARS, 1, 50)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a view is asked, checked. ``segment`` is empty for all customers, ``where`` for no condition."""

    view: str
    segment: str
    where: str
    options: tuple[tuple[str, str], ...]

    def text(self, name: str) -> str:
        """An option."""
        return dict(self.options)[name]

    def whole(self, name: str) -> int:
        """An option that is a number."""
        return int(self.text(name))

    @property
    def among(self) -> Among:
        """Among whom."""
        years = int(dict(self.options).get("years", YEARS))
        return Among((self.segment,) if self.segment else (), self.where or None, years)

    def customers(self, *conditions: str) -> str | None:
        """The list of those among them who meet conditions; None where its address would be too long."""
        every = [condition for condition in (self.where, *conditions) if condition]
        where = every[0] if len(every) == 1 else " and ".join(f"({condition})" for condition in every)
        if len(where) > WHERE_LENGTH_MAX:
            return None
        given = {"segment": self.segment or EVERYBODY} | ({"where": where} if where else {})
        return f"{LIST}?{urlencode(given)}"


@dataclass(frozen=True, slots=True)
class Read:
    """What an address said, word for word, and what it means; ``asked`` is None where something is wrong."""

    given: Mapping[str, str]
    asked: Asked | None
    wrong: KeepwellError | None = None


def read(view: str, options: Sequence[Option], plan: Plan, query: Mapping[str, str]) -> Read:
    """Read an address. What is left out has its default."""
    names = [*AMONG, *(option.name for option in options)]
    given = {name: query.get(name, "").strip() for name in names}
    try:
        _check_among(plan, given["segment"], given["where"])
        read_ones = {option.name: option.read(given[option.name], plan) for option in options}
    except KeepwellError as error:
        return Read(given, None, error)
    asked = Asked(view, given["segment"], given["where"], tuple(read_ones.items()))
    return Read(given | read_ones, asked)


def _check_among(plan: Plan, segment: str, where: str) -> None:
    if segment and segment not in plan.segments:
        raise NotFound(f"the plan has no segment `{segment}`", hint=did_you_mean(segment, plan.segments))
    if len(where) > WHERE_LENGTH_MAX:
        raise Refused(f"the condition is longer than {WHERE_LENGTH_MAX:,} characters", hint="make it shorter")
    if where:
        check(where, plan.customer_record(), expect=Type.FLAG)
