"""Fields by what people call them, and back to their names."""

from __future__ import annotations

from collections.abc import Mapping

from keepwell.catalog.plan import Plan
from keepwell.web.reader import Reader
from keepwell.web.wording import name_of


class FieldNames:
    """What people call each field and back: a label, with the field's name behind where two would be the same."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        plain = {name: " ".join(label.split()) or name for name, label in labels.items()}
        times: dict[str, int] = {}
        for label in plain.values():
            times[label.casefold()] = times.get(label.casefold(), 0) + 1
        taken = {name.casefold() for name in labels}
        self.shown: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for name, label in plain.items():
            unique = times[label.casefold()] == 1 and (label.casefold() not in taken or label == name)
            text = label if unique else f"{label} ({name})"
            self.shown[name] = name if text.casefold() in self._names else text
            self._names[self.shown[name].casefold()] = name
        self._names |= {name.casefold(): name for name in labels}

    def name_of(self, typed: str) -> str:
        """The field that was meant; what was typed where there is none."""
        return self._names.get(" ".join(typed.split()).casefold(), typed.strip())


def field_names(reader: Reader, plan: Plan) -> FieldNames:
    """The fields of customers in the reader's language."""
    return FieldNames({name: name_of(reader, plan, name) for name in plan.customer_record().fields})
