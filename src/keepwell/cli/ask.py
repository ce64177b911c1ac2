"""ask: any condition over the customers — how many, how much is at stake, who, and why."""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from keepwell.answers.ask import Answer, ask
from keepwell.answers.sight import Sight
from keepwell.answers.wording import plain_cell
from keepwell.cli.people import print_answer
from keepwell.cli.seeing import sight_of
from keepwell.cli.terminal import HERE, PlanFolder, operator
from keepwell.core.errors import NotFound
from keepwell.core.nearest import did_you_mean
from keepwell.core.spreadsheet import csv_text
from keepwell.language.types import Value

USUAL_WORTH = "spend_365d"


class Form(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command(name="ask")(ask_command)


def ask_command(
    expression: Annotated[
        str,
        typer.Argument(help='a condition, such as "orders_90d = 0 and spend_365d > 500"', show_default=False),
    ],
    plan: PlanFolder = HERE,
    sort: Annotated[
        str | None,
        typer.Option(help="field to sort by, greatest first; -FIELD: smallest first; the worth when absent"),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="how many to show")] = 20,
    after: Annotated[int, typer.Option(min=0, help="how many to pass over first")] = 0,
    worth: Annotated[
        str | None, typer.Option(help=f"money field that says what is at stake; {USUAL_WORTH} when absent")
    ] = None,
    columns: Annotated[str | None, typer.Option(help="fields to show, with commas between")] = None,
    form: Annotated[
        Form,
        typer.Option("--format", help="table; csv with amounts as people write them; json in minor units"),
    ] = Form.TABLE,
) -> None:
    """Who meets a condition, how many they are, what is at stake, and why each is among them."""
    with sight_of(plan) as sight:
        fields = _fields(sight, columns)
        known = sight.plan.customer_record().fields
        worth = worth or (USUAL_WORTH if USUAL_WORTH in known else None)
        shown = [*fields, *([worth] if worth and worth not in fields else [])]
        answer = ask(
            sight, operator(), expression, fields=shown, worth=worth, sort=sort, limit=limit, after=after
        )
        match form:
            case Form.TABLE:
                print_answer(sight, answer, expression, fields)
            case Form.CSV:
                typer.echo(_as_csv(sight, answer, shown), nl=False)
            case Form.JSON:
                typer.echo(_as_json(sight, answer, expression, shown))


def _fields(sight: Sight, columns: str | None) -> list[str]:
    known = sight.plan.customer_record().fields
    names = list(dict.fromkeys(name.strip() for name in (columns or "").split(",") if name.strip()))
    for name in names:
        if name not in known:
            raise NotFound(f"customers have no field `{name}` to show", hint=did_you_mean(name, known))
    return [name for name in names if name != "customer_id"]


def _as_csv(sight: Sight, answer: Answer, fields: list[str]) -> str:
    rows = [
        [
            found.customer_id,
            *(plain_cell(sight.plan, name, found.values[name]) for name in fields),
            _why(found.because),
        ]
        for found in answer.found
    ]
    return csv_text(["customer_id", *fields, "why"], rows)


def _why(because: tuple[str, ...]) -> str:
    return "; ".join(because)


def _as_json(sight: Sight, answer: Answer, expression: str, fields: list[str]) -> str:
    told = {
        "expression": expression,
        "as_of": sight.snapshot.info.as_of.isoformat(),
        "count": answer.count,
        "of": answer.of,
        "worth": answer.worth,
        "worth_minor": answer.worth_minor,
        "worth_of_minor": answer.worth_of_minor,
        "currency": sight.plan.settings.currency,
        "customers": [
            {"customer_id": found.customer_id}
            | {name: _json_value(found.values[name]) for name in fields}
            | {"why": list(found.because)}
            for found in answer.found
        ],
        "next_after": answer.next_after,
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _json_value(value: Value) -> Value:
    return value.isoformat() if isinstance(value, date) else value
