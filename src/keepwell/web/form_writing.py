"""What was entered in the form of a definition, put into what its text says; what was not touched stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy

from keepwell.catalog.yaml import Value
from keepwell.web.form_shapes import FREE_TEXT, SHAPES, TableShape

Posted = Mapping[str, Sequence[str]]
Body = dict[str, Value]

ROWS_MAX = 500


def shown(body: Mapping[str, Value], part: str) -> str:
    """A part as it is entered: ``key`` of a source with commas, a text per language, anything else as written."""
    if part == "handled":
        return FREE_TEXT if body.get(FREE_TEXT) is True else str(body.get("personal") or "plain")
    key, _, inside = part.partition(".")
    value = body.get(key)
    if inside and isinstance(value, dict):
        value = value.get(inside)
    elif inside and not (isinstance(value, str) and inside in {"en", "zh"}):
        value = None
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, dict) else str(value)


def put(body: Body, part: str, entered: str) -> None:
    """Put what was entered in its place; nothing where it is what stands there."""
    entered = entered.strip()
    if entered == shown(body, part).strip():
        return
    if part == "handled":
        _handle(body, entered)
        return
    key, _, inside = part.partition(".")
    if inside:
        _put_inside(body, key, inside, entered)
    elif not entered:
        body.pop(key, None)
    elif isinstance(body.get(key), list) or key == "key":
        body[key] = [each.strip() for each in entered.replace("，", ",").split(",") if each.strip()]
    else:
        body[key] = entered


def _put_inside(body: Body, key: str, inside: str, entered: str) -> None:
    before = body.get(key)
    texts: Body = dict(before) if isinstance(before, dict) else {}
    if isinstance(before, str) and inside in {"en", "zh"}:  # one text for all languages
        texts = {"en": before, "zh": before}
    texts[inside] = entered
    kept: Body = {name: value for name, value in texts.items() if value != ""}
    if kept:
        body[key] = kept
    else:
        body.pop(key, None)


def _handle(body: Body, entered: str) -> None:
    body.pop("personal", None)
    body.pop(FREE_TEXT, None)
    if entered == FREE_TEXT:
        body[FREE_TEXT] = True
    elif entered != "plain":
        body["personal"] = entered


def written(kind: str, body: Body, posted: Posted, *, condition: str | None) -> Body:
    """What the text is to say: the body with all that was entered; ``condition`` is None where it stays."""
    shape, made = SHAPES[kind], deepcopy(body)
    for part in shape.lines:
        if part in posted:
            put(made, part, posted[part][0])
    if condition is not None and shape.condition:
        put(made, shape.condition, condition)
    for table in shape.tables:
        _write_table(made, table, posted)
    return made


def rows_posted(table: TableShape, posted: Posted) -> list[dict[str, str]]:
    """The rows of a table as they were sent, without the one that a button takes away, with an empty one it adds."""
    rows = []
    for number in range(ROWS_MAX):
        at = f"{table.key}{number}"
        if f"{at}.was" not in posted:
            break
        row = {part: posted.get(f"{at}.{part}", [""])[0] for part in table.parts}
        rows.append({"was": posted[f"{at}.was"][0], **row})
    do = posted.get("do", [""])[0]
    if do == f"more:{table.key}":
        rows.append({"was": "", **dict.fromkeys(table.parts, "")})
    verb, _, number_ = do.rpartition(":")
    if verb == f"drop:{table.key}" and number_.isascii() and number_.isdecimal() and int(number_) < len(rows):
        del rows[int(number_)]
    return rows


def is_blank(row: Mapping[str, str]) -> bool:
    """Whether nothing was entered in a row yet."""
    return not any(value.strip() for part, value in row.items() if part not in {"was", "handled"})


def _write_table(body: Body, table: TableShape, posted: Posted) -> None:
    if f"{table.key}.shown" not in posted:
        return
    before = body.get(table.key)
    rows = [row for row in rows_posted(table, posted) if not is_blank(row)]
    if table.named_by:
        known = before if isinstance(before, dict) else {}
        made: Value = {
            row[table.named_by].strip() or row["was"]: _item(known.get(row["was"]), table, row)
            for row in rows
        }
    else:
        items = before if isinstance(before, list) else []
        made = [
            _item(items[int(row["was"])] if _is_place(row["was"], items) else None, table, row)
            for row in rows
        ]
    if made:
        body[table.key] = made
    else:
        body.pop(table.key, None)


def _is_place(was: str, items: Sequence[Value]) -> bool:
    return was.isascii() and was.isdecimal() and int(was) < len(items)


def _item(before: Value, table: TableShape, row: Mapping[str, str]) -> Value:
    """An item with what its row says; one that a text alone stood for stays a text as long as that says it all."""
    is_short = not isinstance(before, dict)
    item = item_of(before, table)
    for part in table.parts:
        if part != table.named_by:
            put(item, part, row[part])
    if is_short and table.short_for and set(item) == {table.short_for}:
        return item[table.short_for]
    return item


def item_of(before: Value, table: TableShape) -> Body:
    """An item with its parts by name."""
    if isinstance(before, dict):
        return dict(before)
    return {table.short_for: before} if table.short_for and before is not None else {}
