"""Money is an integer of the currency's minor unit. No floats, no silent rounding."""

from __future__ import annotations

import re
from dataclasses import dataclass

# ISO 4217 currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
         "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 currency: its code and how many decimals its minor unit has."""

    code: str

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Z]{3}", self.code):
            raise ValueError(f"{self.code!r} is no ISO 4217 currency code (three capitals, such as CNY)")

    @property
    def exponent(self) -> int:
        """Decimals of the minor unit: 2 for CNY, 0 for JPY, 3 for KWD."""
        return _EXPONENTS.get(self.code, 2)

    @property
    def minor_per_major(self) -> int:
        """Minor units in one major unit: 100 for CNY."""
        return int(10**self.exponent)
