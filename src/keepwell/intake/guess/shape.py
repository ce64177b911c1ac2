"""What the values of a column look like: shares of those that are times, amounts, phones, and so on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from keepwell.intake.amounts import plain_number
from keepwell.intake.times import COMPACT, COMPACT_FORMS, FIRST_YEAR, FORMS, LAST_YEAR
from keepwell.language.types import Type
from keepwell.personal import Invalid, email, national_id, phone

DISTINCT_MAX = 300
"""Different values looked at, so that a file of any kind is known in a bounded time."""
LENGTH_MAX = 200
_OFFSET = re.compile(r"[0-9]{4}-.*(?:Z|[+-][0-9]{2}:?[0-9]{2})")
_LIKE_TIME = re.compile(
    r"[0-9]{1,4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}|[0-9]{8}"
    r"|[0-9]{1,2} [A-Z][a-z]{2}|[A-Z][a-z]{2,8} [0-9]{1,2}, [0-9]{4}"
)
_CURRENCY = re.compile(r"[A-Z]{3}|人民币|元")
_FLAGS = frozenset({"0", "1", "true", "false", "yes", "no", "y", "n", "是", "否"})
_CJK_NAME = re.compile(r"[\u4e00-\u9fff·*]{2,6}")
_LATIN_NAME = re.compile(r"[^\W\d_][\w'.*-]*(?:,? [^\W\d_]?[\w'.*-]*){0,3}")
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_OTHER_FORMS = (
    *("".join(parts) for parts in product(("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y"), _CLOCKS)),
    *("".join(parts) for parts in product(("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"), _CLOCKS)),
    "%Y-%m-%d %H:%M:%S %z",
    *("".join(parts) for parts in product(("%b %d, %Y", "%d %b %Y", "%B %d, %Y"), _CLOCKS)),
)
"""Forms a definition must name, since they can be read in two ways or are rare."""
READ_ENOUGH = 0.8
"""The share of values that a form must read, so that it is the column's."""
LOOKED_FOR_FORM = 40
"""Values that every form is tried on; the best forms are tried on all."""
PHONE_DIGITS, PHONE_LENGTH = (7, 20), 30
"""Digits that numbers of phones have, and the letters they are written with at most."""
ID_LENGTHS = frozenset({15, 18})
"""Letters of the numbers of Chinese identity cards, old and new."""
TIME_LENGTH = 30
"""No form of a time gives more letters."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a column's values are like. Shares are of its filled values; ``rows`` were looked at."""

    rows: int
    filled: int
    distinct: int
    time: float
    time_form: str | None
    """The form to name in the definition; None where the usual ones do."""
    swapped: bool
    """Day and month could be the other way round: no value tells."""
    tells_offset: bool
    day_only: bool
    number: float
    whole: float
    decimals: float
    negative: float
    phone: float
    masked: float
    """Values with stars in place of letters: they look like something and identify nobody."""
    email: float
    national_id: float
    name: float
    currency: float
    flag: float
    length: float
    """Mean length in letters."""

    @property
    def fill(self) -> float:
        """Share of rows with a value."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def uniqueness(self) -> float:
        """Different values for each filled row."""
        return self.distinct / self.filled if self.filled else 0.0


def shape_of(values: Sequence[str | None]) -> Shape:
    """The shape of a column's values as they stand in the file."""
    given = [text for value in values if value is not None and (text := value.strip())]
    different = list(dict.fromkeys(given))
    looked = [text[:LENGTH_MAX] for text in different[:DISTINCT_MAX]]
    share = _shares(looked)
    form, times, swapped = _time_form(looked)
    numbers = [number for text in looked if (number := plain_number(text, Type.MONEY)) is not None]
    whole = [number for number in numbers if "." not in number or not number.rpartition(".")[2].strip("0")]
    return Shape(
        rows=len(values),
        filled=len(given),
        distinct=len(different),
        time=times,
        time_form=form,
        swapped=swapped,
        tells_offset=share(lambda text: _OFFSET.fullmatch(text) is not None) > READ_ENOUGH,
        day_only=share(lambda text: ":" in text or "时" in text or len(text) == len("20260131235959")) == 0,
        number=len(numbers) / len(looked) if looked else 0.0,
        whole=len(whole) / len(looked) if looked else 0.0,
        decimals=1 - len(whole) / len(numbers) if numbers else 0.0,
        negative=share(lambda text: text.startswith(("-", "("))),
        phone=share(_is_phone),
        masked=share(lambda text: "*" in text),
        email=share(lambda text: "@" in text and not isinstance(email(text), Invalid)),
        national_id=share(
            lambda text: len(text) in ID_LENGTHS and not isinstance(national_id(text), Invalid)
        ),
        name=share(_is_name),
        currency=share(lambda text: _CURRENCY.fullmatch(text) is not None),
        flag=share(lambda text: text.lower() in _FLAGS),
        length=sum(map(len, looked)) / len(looked) if looked else 0.0,
    )


def _shares(texts: Sequence[str]) -> Callable[[Callable[[str], bool]], float]:
    def share(fits: Callable[[str], bool]) -> float:
        return sum(map(fits, texts)) / len(texts) if texts else 0.0

    return share


def _is_phone(text: str) -> bool:
    digits = sum(letter.isdecimal() for letter in text)
    least, most = PHONE_DIGITS
    return least <= digits <= most and len(text) <= PHONE_LENGTH and not isinstance(phone(text), Invalid)


def _is_name(text: str) -> bool:
    return bool(_CJK_NAME.fullmatch(text) or _LATIN_NAME.fullmatch(text))


def _time_form(texts: Sequence[str]) -> tuple[str | None, float, bool]:
    """The form to name (None: the usual ones do), the share of values it reads, whether day and month could swap."""
    alike = sum(_LIKE_TIME.match(text) is not None for text in texts)
    if not texts or alike < len(texts) / 2:
        return None, 0.0, False
    usual = sum(_is_usual(text) for text in texts) / len(texts)
    if usual >= READ_ENOUGH:
        return None, usual, False
    likely = texts[:LOOKED_FOR_FORM]
    read = {form: sum(_reads(text, form) for text in likely) / len(likely) for form in _OTHER_FORMS}
    best = max(read, key=lambda form: read[form])
    if read[best] < READ_ENOUGH or read[best] < usual:
        return None, usual, False
    exact = {form: sum(_reads(text, form) for text in texts) / len(texts) for form in _twins(best, read)}
    best = max(exact, key=lambda form: exact[form])
    twins = [form for form in exact if form != best and exact[form] >= exact[best]]
    return best, exact[best], bool(twins)


def _twins(best: str, read: dict[str, float]) -> list[str]:
    return [form for form in read if read[form] >= read[best]]


def _is_usual(text: str) -> bool:
    if _OFFSET.fullmatch(text):
        try:
            return FIRST_YEAR <= datetime.fromisoformat(text).year <= LAST_YEAR
        except ValueError:
            return False
    if re.match(COMPACT, text):
        return any(_reads(text, form) for form in COMPACT_FORMS)
    if not text[:4].isdecimal() or len(text) > TIME_LENGTH:
        return False
    return any(_reads(text, form) for form in FORMS)


def _reads(text: str, form: str) -> bool:
    try:
        return FIRST_YEAR <= datetime.strptime(text, form).year <= LAST_YEAR  # noqa: DTZ007 (only whether it can be read)
    except ValueError:
        return False
