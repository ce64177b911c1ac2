"""Names of persons."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from keepwell.personal.invalid import Invalid
from keepwell.personal.text import MASKS, is_placeholder, narrow

_LONGEST = 100
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Nothing in these letters needs work: they are NFC, visible and no signs.
_PLAIN = re.compile("[\u4e00-\u9fff]{1,4}")
# Input methods offer many middle dots for names such as 阿里木·买买提.
_DOTS = re.compile(r"(?<=\w)\s*[•‧∙⋅・･]\s*(?=\w)")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name: NFC, single spaces, case as written. A name alone never identifies."""

    name: str = field(repr=False)


def person_name(text: str) -> Name | Invalid:
    """Bring a name to one form; placeholders, test rows and masked names are Invalid."""
    if _PLAIN.fullmatch(text) and not is_placeholder(text):
        return Name(text)
    # A zero-width joiner is dropped too: what cannot be seen must not tell two names apart.
    shown = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or unicodedata.category(letter) not in _DROPPED
    )
    name = " ".join(_DOTS.sub("·", unicodedata.normalize("NFC", shown)).split())
    if not name:
        return Invalid("empty")
    if len(name) > _LONGEST:
        return Invalid("too_long")
    bare = narrow(name)
    if is_placeholder(bare) or (is_placeholder(re.sub("[0-9]+$", "", bare)) and not bare.isdecimal()):
        return Invalid("placeholder")
    if any(sign in bare for sign in MASKS):
        return Invalid("masked")
    if not any(letter.isalpha() for letter in bare):
        return Invalid("not_a_name")
    return Name(name)
