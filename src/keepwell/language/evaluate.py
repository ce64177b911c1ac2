"""One record at a time: a checked expression becomes nested functions once, and is then called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache

from keepwell.core.clock import AsOf, local_midnight, local_time
from keepwell.language.check import Checked
from keepwell.language.typed import Apply, Constant, Evaluator, FieldValue, Operation, Typed
from keepwell.language.types import Type, Value
from keepwell.language.values import COMPARED, COMPUTED, number

Values = Mapping[str, Value]

_WITHIN: dict[Operation, Callable[..., bool]] = {
    Operation.ONE_OF: lambda value, options: value in options,
    Operation.NONE_OF: lambda value, options: value not in options,
}


def evaluate(checked: Checked, values: Values, as_of: AsOf) -> Value:
    """The value of an expression for one record, asked at ``as_of``; None is missing. It never raises.

    ``values`` hold the declared types: text in NFC, money in minor units, moments aware. A field that is not
    in ``values`` is missing, and so is a number that is NaN or infinite.
    """
    evaluator = checked.evaluator
    if evaluator is None:
        evaluator = compiled(checked.node)
        object.__setattr__(checked, "evaluator", evaluator)
    return evaluator(values, as_of)


def compiled(node: Typed) -> Evaluator:
    """The function of a typed tree."""
    match node:
        case Constant(value):
            return lambda _values, _as_of: value
        case FieldValue(name, type_):
            return _number_field(name) if type_ is Type.NUMBER else lambda values, _as_of: values.get(name)
        case Apply(operation, arguments):
            return _applied(operation, arguments)


def _number_field(name: str) -> Evaluator:
    def run(values: Values, _as_of: AsOf) -> Value:
        value = values.get(name)
        return None if value is None else number(float(value))  # type: ignore[arg-type]

    return run


def _applied(operation: Operation, arguments: tuple[Typed, ...]) -> Evaluator:
    if operation in COMPARED:
        return _compared(operation, arguments)
    parts = [compiled(argument) for argument in arguments]
    if operation in COMPUTED:
        return _over_present(COMPUTED[operation], parts, when_missing=None)
    return _SPECIAL[operation](*parts)


def _compared(operation: Operation, arguments: tuple[Typed, ...]) -> Evaluator:
    """False where anything is missing. Beside constants, the most frequent case, there is less to do."""
    first, *others = arguments
    constants = [other.value for other in others if isinstance(other, Constant)]
    if len(constants) == len(others):
        if operation in _WITHIN:
            return _beside(_WITHIN[operation], first, frozenset(constants))
        if len(constants) == 1:
            return _beside(COMPARED[operation], first, constants[0])
    parts = [compiled(argument) for argument in arguments]
    if operation is Operation.ONE_OF:
        return _one_of(*parts)
    return _over_present(COMPARED[operation], parts, when_missing=False)


def _beside(holds: Callable[..., bool], first: Typed, constant: Value | frozenset[Value]) -> Evaluator:
    if isinstance(first, FieldValue) and first.type is not Type.NUMBER:
        name = first.name

        def run_field(values: Values, _as_of: AsOf) -> Value:
            value = values.get(name)
            return value is not None and holds(value, constant)

        return run_field
    part = compiled(first)

    def run(values: Values, as_of: AsOf) -> Value:
        value = part(values, as_of)
        return value is not None and holds(value, constant)

    return run


def _over_present(compute: Callable[..., Value], parts: list[Evaluator], *, when_missing: Value) -> Evaluator:
    """``compute`` over parts that are all there, otherwise ``when_missing``."""
    first, second = parts[0], parts[-1]

    def run_one(values: Values, as_of: AsOf) -> Value:
        value = first(values, as_of)
        return when_missing if value is None else compute(value)

    def run_two(values: Values, as_of: AsOf) -> Value:
        left = first(values, as_of)
        if left is None:
            return when_missing
        right = second(values, as_of)
        return when_missing if right is None else compute(left, right)

    def run(values: Values, as_of: AsOf) -> Value:
        found = [part(values, as_of) for part in parts]
        return when_missing if None in found else compute(*found)

    return {1: run_one, 2: run_two}.get(len(parts), run)


def _one_of(part: Evaluator, *options: Evaluator) -> Evaluator:
    def run(values: Values, as_of: AsOf) -> Value:
        value = part(values, as_of)
        return value is not None and any(value == option(values, as_of) for option in options)

    return run


def _all_hold(*parts: Evaluator) -> Evaluator:
    def run(values: Values, as_of: AsOf) -> Value:
        for part in parts:  # noqa: SIM110 (all() of a generator takes twice as long)
            if not part(values, as_of):
                return False
        return True

    return run


def _any_holds(*parts: Evaluator) -> Evaluator:
    def run(values: Values, as_of: AsOf) -> Value:
        for part in parts:  # noqa: SIM110 (any() of a generator takes twice as long)
            if part(values, as_of):
                return True
        return False

    return run


def _coalesced(*parts: Evaluator) -> Evaluator:
    def run(values: Values, as_of: AsOf) -> Value:
        for part in parts:
            value = part(values, as_of)
            if value is not None:
                return value
        return None

    return run


def _chosen(holds: Evaluator, then: Evaluator, otherwise: Evaluator) -> Evaluator:
    return lambda values, as_of: then(values, as_of) if holds(values, as_of) else otherwise(values, as_of)


def _local(read: Callable[[datetime], Value]) -> Callable[[Evaluator], Evaluator]:
    """What is read off the local time of a moment."""

    def of(part: Evaluator) -> Evaluator:
        def run(values: Values, as_of: AsOf) -> Value:
            moment = part(values, as_of)
            try:
                return None if moment is None else read(local_time(moment, as_of.zone.key))  # type: ignore[arg-type]
            except OverflowError:
                return None

        return run

    return of


def _start_of_day(part: Evaluator) -> Evaluator:
    def run(values: Values, as_of: AsOf) -> Value:
        day = part(values, as_of)
        try:
            return None if day is None else local_midnight(day, as_of.zone)  # type: ignore[arg-type]
        except OverflowError:
            return None

    return run


@lru_cache(maxsize=64)
def _today(as_of: AsOf) -> date:
    return as_of.day


_SPECIAL: dict[Operation, Callable[..., Evaluator]] = {
    Operation.IS_MISSING: lambda part: lambda values, as_of: part(values, as_of) is None,
    Operation.IS_PRESENT: lambda part: lambda values, as_of: part(values, as_of) is not None,
    Operation.HOLDS: lambda part: lambda values, as_of: part(values, as_of) is True,
    Operation.AND: _all_hold,
    Operation.OR: _any_holds,
    Operation.NOT: lambda part: lambda values, as_of: not part(values, as_of),
    Operation.TODAY: lambda: lambda _values, as_of: _today(as_of),
    Operation.START_OF_DAY: _start_of_day,
    Operation.DAY_OF: _local(lambda local: local.date()),
    Operation.HOUR: _local(lambda local: local.hour),
    Operation.COALESCE: _coalesced,
    Operation.IF: _chosen,
}
"""Operations that see missing values, skip some of their parts, or ask for ``as_of``."""
