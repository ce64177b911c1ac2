"""A source as it is proposed to a person: what each column is used as, and all else its definition says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from keepwell.catalog.facts import RESERVED_COLUMNS, ROW_COLUMNS
from keepwell.catalog.sources import STANDARD_COLUMNS, FactKind
from keepwell.intake.guess.guess import Fit, Guessed, guess, key_choices
from keepwell.intake.guess.presets import Preset, preset_of, presets
from keepwell.intake.guess.sample import Sample
from keepwell.intake.guess.shape import Shape, shape_of
from keepwell.intake.guess.words import NOTHING, meanings, plain
from keepwell.intake.quarantine import shown
from keepwell.personal import mask

SKIP = "skip"
OWN_TYPES = ("text", "whole", "number", "money", "flag", "day", "moment")
PERSONAL = ("phone", "email", "name", "national_id", "other")
MONEY = ("amount", "discount", "cost", "own:money")
TIMES = frozenset({"occurred_at", "recorded_at", "revision", "contract_end", "own:day", "own:moment"})
SHOWN = 3
FEW = 12
"""As few choices as this are shown as they are."""
DOUBTED = 0.5
"""No surer than this is what could be read in two ways; and of shares: rather so than not."""
LIKELY = 0.7
"""No surer than this is who buys, where no customer number says so."""
NEARLY_ALL = 0.8
"""So many values must be phones or mails, that the customer is known by them."""
PHONE_LETTERS = 9
"""Customer numbers look like phones where they are short."""
MINOR_SURE, MINOR_DOUBTED = 0.95, 0.6
"""How sure it is whether amounts are hundredths: told by a name or by decimals, or by nothing."""
_MINOR = re.compile(r"[(（]分[)）]|(?:^|[ _])(?:fen|cents?|minor)$", re.IGNORECASE)


class Column(BaseModel):
    """One column of the file. ``to`` is its name in the lake; ``shown`` are values of it, masked where that is due."""

    model_config = ConfigDict(frozen=True)
    column: str
    use: str = SKIP
    to: str = ""
    sure: float = 0.0
    why: tuple[str, ...] = ()
    form: str | None = None
    shown: tuple[str, ...] = ()
    fill: float = 0.0


class Proposal(BaseModel):
    """What a person sees and corrects; :func:`keepwell.intake.guess.source_file.source_text` makes the file of it."""

    model_config = ConfigDict(frozen=True)
    name: str
    fact: FactKind
    sure: float
    why: tuple[str, ...]
    preset: str | None = None
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ((),)
    time_zone: str | None = None
    currency: str | None = None
    minor: bool = False
    minor_sure: float = 1.0
    statuses: dict[str, tuple[str, ...]] = {}
    system: str | None = None
    header_row: int = 1
    sheet: str | None = None
    encoding: str | None = None
    headless: bool = False
    """What should be names of columns looks like values."""

    def of_use(self, use: str) -> Column | None:
        """The column used so."""
        return next((each for each in self.columns if each.use.split(":")[0] == use), None)

    @property
    def by_time(self) -> bool:
        """Whether no column tells orders, so that what a customer bought at one time is one."""
        return self.fact in {"order", "order_line"} and self.of_use("order_id") is None

    @property
    def written_fact(self) -> FactKind:
        """The kind of fact that the definition says."""
        return "order_line" if self.by_time else self.fact

    def lacks(self) -> tuple[str, ...]:
        """What this kind of fact cannot do without and no column is used as."""
        found: list[str] = []
        if self.fact != "party" and self.of_use("occurred_at") is None:
            found.append("occurred_at")
        if self.fact in {"order", "order_line"} and self.of_use("amount") is None:
            priced = self.of_use("unit_price") is not None and self.of_use("quantity") is not None
            found += [] if priced else ["amount"]
        if self.fact == "party" and self.of_use("party") is None:
            found.append("party")
        return tuple(found)


def uses_of(fact: FactKind) -> tuple[str, ...]:
    """Everything that a column of a kind of fact can be used as, in the order people look for it."""
    party = ("party", *(f"party:{kind}" for kind in PERSONAL))
    keyed = {"order": (), "order_line": ("line",), "interaction": ("row_id",), "party": (), "unit": ()}[fact]
    standard = [name for name in STANDARD_COLUMNS[fact] if name != "order_id"]
    orders = ("order_id",) if fact in {"order", "order_line"} else ()
    priced = ("unit_price",) if orders else ()
    own = (*(f"personal:{kind}" for kind in PERSONAL), "free_text", *(f"own:{each}" for each in OWN_TYPES))
    times = ("occurred_at", "recorded_at", "revision")
    return (SKIP, *party, *orders, *keyed, *times, *standard, *priced, "currency", *own)


def propose(
    sample: Sample,
    name: str,
    *,
    fact: FactKind | None = None,
    preset: str | None = None,
    header_row: int = 1,
    sheet: str | None = None,
) -> Proposal:
    """The likeliest source for these rows. ``preset``: the name of one, ``""`` for none; found when absent."""
    shapes = sample.shapes()
    known = preset_of(sample.columns) if preset is None else presets().get(preset)
    guessed = guess(shapes, fact or (known.fact if known else None))
    sure, why = (
        (known.sure, ("preset",)) if known and fact in {None, known.fact} else (guessed.sure, guessed.why)
    )
    columns = [_column(column, shapes[column], sample, guessed, known) for column in sample.columns]
    columns = _with_party(_one_of_each(columns), shapes)
    found = Proposal(
        name=name,
        fact=guessed.fact,
        sure=sure,
        why=why,
        preset=known.name if known else None,
        columns=tuple(named(columns, guessed.fact)),
        time_zone=known.time_zone if known else None,
        currency=known.currency if known else None,
        header_row=header_row,
        sheet=sheet,
        headless=_is_headless(sample.columns),
    )
    keys = key_choices(guessed, sample.rows, {each.to: each.column for each in found.columns if each.to})
    return found.model_copy(
        update={"keys": keys, "key": keys[0], **_minor(found, shapes), **_statuses(found, sample)}
    )


def _with_party(columns: Sequence[Column], shapes: Mapping[str, Shape]) -> list[Column]:
    """Where no column has a customer number, people are told apart by the phone or mail that most rows have."""
    if any(each.use.split(":")[0] == "party" for each in columns):
        return list(columns)
    tell = []
    for each in columns:
        shape = shapes[each.column]
        looks = {"personal:phone": shape.phone, "personal:email": shape.email}.get(each.use, 0.0)
        if looks > NEARLY_ALL and shape.masked <= 1 - NEARLY_ALL:  # masked ones tell nobody from anybody
            tell.append((shape.fill, each))
    _, best = max(tell, key=lambda one: (one[0], one[1].sure), default=(0.0, None))
    return [
        each.model_copy(
            update={
                "use": f"party:{each.use.partition(':')[2]}",
                "sure": min(each.sure, LIKELY),
                "why": (*each.why, "no customer number"),
            }
        )
        if each is best
        else each
        for each in columns
    ]


def with_uses(
    proposal: Proposal,
    sample: Sample,
    uses: Mapping[str, str],
    *,
    fact: FactKind,
    key: tuple[str, ...] | None,
) -> Proposal:
    """The proposal as a person corrected it; keys are looked for anew where theirs is not among the columns."""
    allowed = uses_of(fact)
    columns = [
        each
        if (use := uses.get(each.column, each.use)) == each.use and use in allowed
        else each.model_copy(update={"use": use if use in allowed else SKIP, "sure": 1.0, "why": ("told",)})
        for each in proposal.columns
    ]
    told = proposal.model_copy(update={"fact": fact, "columns": tuple(named(_one_of_each(columns), fact))})
    names = {each.to: each.column for each in told.columns if each.to}
    keys = key_choices(Guessed(told.fact, 1.0, (), {}), sample.rows, names)
    chosen = key if key is not None and all(name in names for name in key) else keys[0]
    return told.model_copy(update={"keys": keys, "key": chosen, **_statuses(told, sample)})


def _is_headless(columns: Sequence[str]) -> bool:
    """Whether the header is likely to be somebody's row: mostly numbers, times, phones or mail addresses."""
    alone = [shape_of([column]) for column in columns]
    values = sum(max(each.number, each.time, each.phone, each.email) >= 1 for each in alone)
    return values >= DOUBTED * len(columns)


def _column(column: str, shape: Shape, sample: Sample, guessed: Guessed, preset: Preset | None) -> Column:
    fit = guessed.fits.get(column)
    told = preset.use_of(column) if preset else None
    if told is not None and told in uses_of(guessed.fact):
        use, sure = told, preset.sure if preset else 0.0
        why: tuple[str, ...] = ("preset",)
    elif fit is None:
        use, sure, why = SKIP, 0.0, ("unknown",)
    else:
        use, sure, why = _use(fit, shape, guessed), fit.sure, fit.why
    form = shape.time_form if use in TIMES and column not in sample.typed_times else None
    if form and shape.swapped:
        sure, why = min(sure, DOUBTED), (*why, "day or month")
    return Column(
        column=column, use=use, sure=round(sure, 2), why=why, form=form, fill=round(shape.fill, 3),
        shown=_shown(sample, column, use, shape),
    )  # fmt: skip


def _use(fit: Fit, shape: Shape, guessed: Guessed) -> str:
    meaning = meanings()[fit.meaning]
    standard = STANDARD_COLUMNS[guessed.fact].keys() | ROW_COLUMNS.keys() | {"order_id", "line", "row_id"}
    if meaning.name == NOTHING:
        return SKIP
    if meaning.name == "party":
        alike = {"phone": shape.phone, "email": shape.email, "national_id": shape.national_id}
        kind = max(alike, key=lambda each: alike[each])
        return f"party:{kind}" if alike[kind] > NEARLY_ALL and shape.length > PHONE_LETTERS else "party"
    if meaning.name == "updated_at":
        return "revision"
    if meaning.name in standard and meaning.name in uses_of(guessed.fact):
        return meaning.name
    if meaning.name == "unit_price":
        return "unit_price" if guessed.column("amount") is None else "own:number"
    if meaning.personal:
        return f"personal:{meaning.personal}"
    if meaning.free_text:
        return "free_text"
    own = meaning.own or "text"
    return f"own:{own}" if own not in {"day", "moment"} or shape.day_only == (own == "day") else "own:moment"


def _one_of_each(columns: Sequence[Column]) -> list[Column]:
    """What only one column can be goes to the first that is surest; the others keep their values as their own."""
    first: dict[str, Column] = {}
    for each in columns:
        use = each.use.split(":")[0]
        if use not in {SKIP, "personal", "free_text", "own"} and each.sure > (
            first[use].sure if use in first else -1
        ):
            first[use] = each
    done = []
    for each in columns:
        use = each.use.split(":")[0]
        if use in first and first[use] is not each:
            rest = each.use.partition(":")[2]
            other = (
                f"personal:{rest}"
                if rest
                else "own:moment"
                if use in {"occurred_at", "recorded_at"}
                else SKIP
            )
            done.append(each.model_copy(update={"use": other, "why": (*each.why, "taken")}))
        else:
            done.append(each)
    return done


def named(columns: Sequence[Column], fact: FactKind) -> list[Column]:
    """The columns with their names in the lake, each its own."""
    taken = (
        set(RESERVED_COLUMNS)
        | ROW_COLUMNS.keys()
        | STANDARD_COLUMNS[fact].keys()
        | {"status_told", "line", "row_id"}
    )
    done = []
    for each in columns:
        use, _, rest = each.use.partition(":")
        if use == SKIP:
            to = ""
        elif use not in {"personal", "free_text", "own"}:
            to = {"revision": "updated_at"}.get(use, use)
        elif use == "personal" and rest != "other" and rest not in taken:
            to = rest  # lists and search know a person's first name, phone and mail by these
        else:
            to = _unused(_slug(each.column) or (rest if use == "personal" else use), taken)
        taken.add(to)
        done.append(each.model_copy(update={"to": to}))
    return done


def _slug(column: str) -> str:
    """A name for the lake: the column's own where it is Latin, else that of the meaning it fits best."""
    text = re.sub(r"[^a-z0-9]+", "_", plain(column)).strip("_")[:40]
    if re.match(r"[a-z]", text) and plain(column).isascii():
        return text
    best = max(
        (
            (meaning.name, worth)
            for meaning in meanings().values()
            for known, worth in meaning.names
            if known == plain(column)
        ),
        key=lambda found: found[1],
        default=("", 0.0),
    )
    return best[0] if best[0] != NOTHING else ""


def _unused(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name}_{number}" for number in range(2, len(taken) + 3) if f"{name}_{number}" not in taken)


def _shown(sample: Sample, column: str, use: str, shape: Shape) -> tuple[str, ...]:
    """A few values: figures and choices as they are, all else masked, for nobody knows yet whose it is."""
    values = list(dict.fromkeys(text for row in sample.rows if (text := row[column])))[:SHOWN]
    kind = use.partition(":")[2] if use.startswith(("personal", "party:")) else "other"
    if (
        kind != "other"
        or use in {"free_text", "personal:other", "party:other"}
        or max(shape.phone, shape.email) > DOUBTED
    ):
        return tuple(
            mask(kind if kind in {"phone", "email", "name"} else "other", value[:60]) for value in values
        )
    if shape.distinct <= FEW and shape.uniqueness < DOUBTED:
        return tuple(value[:40] for value in values)
    return tuple(shown(value[:60]) for value in values)


def _minor(proposal: Proposal, shapes: Mapping[str, Shape]) -> dict[str, object]:
    """Whether amounts are in minor units (分, cents), by the name, and how sure that is."""
    money = [each for each in proposal.columns if each.use in MONEY or each.use == "unit_price"]
    if not money:
        return {"minor": False, "minor_sure": 1.0}
    if all(_MINOR.search(each.column) for each in money):
        return {"minor": True, "minor_sure": MINOR_SURE}
    has_decimals = any(shapes[each.column].decimals > 0 for each in money)
    says = any("元" in each.column for each in money)
    return {"minor": False, "minor_sure": MINOR_SURE if has_decimals or says else MINOR_DOUBTED}


@cache
def status_words() -> dict[str, tuple[str, ...]]:
    """What systems call cancelled and returned orders."""
    told = tomllib.loads((files("keepwell.intake.guess") / "statuses.toml").read_text("utf-8"))
    return {name: tuple(words) for name, words in told.items()}


def _statuses(proposal: Proposal, sample: Sample) -> dict[str, object]:
    """The words of this file's status column that mean cancelled or returned."""
    column = proposal.of_use("status")
    if column is None:
        return {"statuses": {}}
    there = {row[column.column] for row in sample.rows}
    found = {name: tuple(word for word in words if word in there) for name, words in status_words().items()}
    return {"statuses": {name: words for name, words in found.items() if words and words != (name,)}}
