"""What a call of a function means: which arguments it takes, and the operations it stands for."""

from __future__ import annotations

from keepwell.core.nearest import did_you_mean
from keepwell.language.findings import Findings, described
from keepwell.language.functions import AGGREGATES, ELSEWHERE, FUNCTIONS, Accepts, Function
from keepwell.language.literals import alike, convert
from keepwell.language.nodes import Call
from keepwell.language.typed import PASSING, Apply, Operation, Typed, condition
from keepwell.language.types import Type

_OPERATIONS = {
    "day": Operation.DAY,
    "add_days": Operation.ADD_DAYS,
    "add_months": Operation.ADD_MONTHS,
    "month_day": Operation.MONTH_DAY,
    "month": Operation.MONTH,
    "year": Operation.YEAR,
    "weekday": Operation.WEEKDAY,
    "coalesce": Operation.COALESCE,
    "if": Operation.IF,
    "least": Operation.LEAST,
    "greatest": Operation.GREATEST,
    "round": Operation.HALF_UP,
    "floor": Operation.FLOOR,
    "lower": Operation.LOWER,
    "trim": Operation.TRIM,
    "len": Operation.LENGTH,
    "days_between": Operation.DAYS_BETWEEN,
}


def known(node: Call, findings: Findings) -> Function | None:
    """The function that is called, with the right number of arguments; None after a complaint."""
    function = FUNCTIONS.get(node.function)
    given = len(node.arguments)
    if function is None:
        findings.complain(node, f"there is no function `{node.function}`", _hint(node.function))
        return None
    least = len(function.takes)
    if given < least or (given > least and not function.variadic):
        wanted = f"{least} or more" if function.variadic else str(least) if least else "no"
        plural = "argument" if wanted == "1" else "arguments"
        what = f"`{function.name}` takes {wanted} {plural}, {given} given"
        findings.complain(node, what, function.signature)
        return None
    return function


def call(node: Call, function: Function, arguments: list[Typed], findings: Findings) -> Typed | None:
    """The typed operation, or None after a complaint."""
    accepted = []
    for position, argument in enumerate(arguments):
        accepts = function.takes[min(position, len(function.takes) - 1)]
        fitting = _fitted(argument, accepts, findings)
        if fitting is None:
            findings.complain(argument.source, f"{described(argument)}: {function.signature}")
        else:
            accepted.append(fitting)
    if len(accepted) < len(arguments):
        return None
    if function.gives is None:
        return _passing(node, function, accepted, findings)
    return _operation(node, function, accepted)


def _fitted(argument: Typed, accepts: Accepts, findings: Findings) -> Typed | None:
    if argument.type in accepts:
        return argument
    for type_ in Type:
        if type_ in accepts and (fitting := convert(argument, type_, findings)):
            return fitting
    return None


def _passing(node: Call, function: Function, arguments: list[Typed], findings: Findings) -> Typed | None:
    """A call whose result has the type of its arguments."""
    if function.name == "abs":
        is_number = arguments[0].type is Type.NUMBER
        operation = Operation.ABS_NUMBER if is_number else Operation.ABS_WHOLE
        return Apply(operation, tuple(arguments), arguments[0].type, node)
    operation = _OPERATIONS[function.name]
    first = PASSING[operation]
    both = alike(arguments[first:], findings)
    if both is None:
        shown = ", ".join(described(argument) for argument in arguments[first:])
        findings.complain(node, f"`{function.name}` needs values of one type: {shown}")
        return None
    kept = tuple(condition(argument) for argument in arguments[:first])
    return Apply(operation, kept + both, both[0].type, node)


def _operation(node: Call, function: Function, arguments: list[Typed]) -> Typed:
    """A call whose result has a type of its own. Where a day is wanted, a moment counts as its local day."""
    assert function.gives is not None
    today = Apply(Operation.TODAY, (), Type.DAY, node)
    if function.name == "hour":
        return Apply(Operation.HOUR, tuple(arguments), function.gives, node)
    days = tuple(_day(argument) for argument in arguments)
    match function.name:
        case "today":
            return today
        case "day_of":
            return days[0]
        case "days_since":
            return Apply(Operation.DAYS_BETWEEN, (days[0], today), function.gives, node)
        case "days_until":
            return Apply(Operation.DAYS_BETWEEN, (today, days[0]), function.gives, node)
    return Apply(_OPERATIONS[function.name], days, function.gives, node)


def _day(argument: Typed) -> Typed:
    if argument.type is not Type.MOMENT:
        return argument
    return Apply(Operation.DAY_OF, (argument,), Type.DAY, argument.source)


def _hint(name: str) -> str | None:
    if name in AGGREGATES:
        return "an expression looks at one record: define a measure and name it here"
    if name in ELSEWHERE:
        return f"here it is {FUNCTIONS[ELSEWHERE[name]].signature}"
    return did_you_mean(name, FUNCTIONS)
