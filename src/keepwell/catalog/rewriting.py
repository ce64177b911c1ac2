"""A definition's text made to say something else, with every character kept that need not change.

Comments, quotes, the order of keys and line breaks are the author's. So the text is never written anew from its values:
differences between what it says and what it is to say are found one by one, and each is written where it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from keepwell.catalog.shapes import Path
from keepwell.catalog.yaml import Value, read_documents
from keepwell.core.errors import Refused

CHANGES_MAX = 600
LINE_MAX = 100
"""Longer lists and mappings stand on several lines."""


def body_of(text: str) -> dict[str, Value] | None:
    """What a definition's text says; None where it is not one readable document."""
    documents, problems = read_documents("", text)
    return documents[0].body if len(documents) == 1 and not problems else None


def rewritten(text: str, wanted: Mapping[str, Value]) -> str:
    """The text with as few changes as make it say ``wanted``.

    Raises:
        Refused: it cannot be written so; the text is to be changed by hand.
    """
    made = text
    for _ in range(CHANGES_MAX):
        body = body_of(made)
        if body is None:
            break
        difference = _difference(body, dict(wanted), ())
        if difference is None:
            return made
        after = _changed(made, difference)
        said = body_of(after)
        if said is None or said == body or _at(said, difference.path) != difference.wanted:
            after = _changed(
                made, _Difference(difference.path[:1], wanted.get(str(difference.path[0]), _NONE))
            )
        if body_of(after) in (None, body):
            break
        made = after
    raise Refused("the form cannot write this here", hint="change the text of the definition instead")


class _Nothing:
    """Stands for a value that is not there."""


_NONE = _Nothing()


@dataclass(frozen=True, slots=True)
class _Difference:
    """What is to stand at ``path``; _NONE where nothing is."""

    path: Path
    wanted: Value | _Nothing


def _difference(said: Value, wanted: Value, path: Path) -> _Difference | None:
    """The first place where they differ; deeper ones first where both have what is around them."""
    if isinstance(said, dict) and isinstance(wanted, dict) and said and wanted:
        for key in said:
            inside = (*path, key)
            if key not in wanted:
                return _Difference(inside, _NONE)
            if (found := _difference(said[key], wanted[key], inside)) is not None:
                return found
        return next((_Difference((*path, key), wanted[key]) for key in wanted if key not in said), None)
    if isinstance(said, list) and isinstance(wanted, list) and said and wanted:
        return _of_items(said, wanted, path)
    return None if _same(said, wanted) else _Difference(path, wanted)


def _of_items(said: list[Value], wanted: list[Value], path: Path) -> _Difference | None:
    """Of lists: an item too many is the first that the other has not there, an item too few is added at the end."""
    if len(said) > len(wanted):
        gone = next((at for at, item in enumerate(wanted) if not _same(said[at], item)), len(wanted))
        return _Difference((*path, gone), _NONE)
    for at, item in enumerate(said):
        if (found := _difference(item, wanted[at], (*path, at))) is not None:
            return found
    return _Difference((*path, len(said)), wanted[len(said)]) if len(wanted) > len(said) else None


def _same(one: Value, other: Value) -> bool:
    """Equal, and of one type: 1 is not true, and text is no number."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other


def _at(body: Value, path: Path) -> Value | _Nothing:
    found: Value = body
    for part in path:
        try:
            found = found[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return _NONE
    return found


def _changed(text: str, difference: _Difference) -> str:
    """The text with one difference written into it."""
    root = YAML(typ="safe", pure=True).compose(text)
    parent, inside = root, difference.path[-1]
    for part in difference.path[:-1]:
        parent = _child(parent, part)
    assert isinstance(parent, CollectionNode)
    entries = _entries(parent)
    at = next((number for number, (key, _, _) in enumerate(entries) if key == inside), None)
    if isinstance(difference.wanted, _Nothing):
        return text if at is None else _without(text, parent, at)
    if at is None:
        return _with_more(text, parent, inside, difference.wanted)
    return _replaced(text, parent, entries[at][2], difference.wanted)


def _entries(parent: CollectionNode) -> list[tuple[str | int, int, Node]]:
    """Key or number, where it begins, and the value of each entry."""
    if isinstance(parent, MappingNode):
        return [(str(key.value), key.start_mark.index, value) for key, value in parent.value]
    return [(number, value.start_mark.index, value) for number, value in enumerate(parent.value)]


def _child(parent: Node, part: str | int) -> Node:
    assert isinstance(parent, CollectionNode)
    return next(value for key, _, value in _entries(parent) if key == part)


def _end(text: str, node: Node) -> int:
    """Where a value ends; the parser's own end of what stands in lines is only where the next thing begins."""
    if isinstance(node, ScalarNode):
        if node.style in {"|", ">"}:
            return int(node.start_mark.index) + len(
                text[node.start_mark.index : node.end_mark.index].rstrip()
            )
        return int(node.end_mark.index)
    assert isinstance(node, CollectionNode)
    if node.flow_style or not node.value:
        return int(node.end_mark.index)
    return _end(text, _entries(node)[-1][2])


def _replaced(text: str, parent: CollectionNode, node: Node, wanted: Value) -> str:
    start, end = node.start_mark.index, _end(text, node)
    indent = _indent(text, start)
    if isinstance(wanted, dict | list) and not parent.flow_style:
        is_item = not isinstance(parent, MappingNode)
        made = _in_lines(wanted, indent if is_item else indent + "  ", is_item=is_item)
        before = text[:start].rstrip(" \n") if made.startswith("\n") else text[:start]
        return before + made + text[end:]
    made = _flow(wanted) if parent.flow_style else _alone(wanted)
    before = text[:start]
    if before.endswith(":"):  # an empty value
        made = f" {made}"
    return before + made + text[end:]


def _with_more(text: str, parent: CollectionNode, key: str | int, wanted: Value) -> str:
    """A new entry after the last."""
    entries = _entries(parent)
    name = f"{_alone(key)}: " if isinstance(parent, MappingNode) else ""
    if parent.flow_style:
        at = int(parent.end_mark.index) - 1
        before = text[:at].rstrip()
        return f"{before}{', ' if entries else ''}{name}{_flow(wanted)}{text[at:]}"
    at = text.find("\n", _end(text, entries[-1][2]))
    at = len(text) if at < 0 else at
    column = _column(text, entries[0][1])
    if name:
        made = f"{' ' * column}{name.rstrip()}{_after_colon(wanted, ' ' * (column + 2))}"
    else:
        dash = _dash(text, entries[0][1])
        indent = " " * _column(text, dash)
        made = f"{indent}- {_in_lines(wanted, indent + '  ', is_item=True)}"
    return f"{text[:at]}\n{made}{text[at:] or chr(10)}"


def _without(text: str, parent: CollectionNode, at: int) -> str:
    entries = _entries(parent)
    key, start, node = entries[at]
    end = _end(text, node)
    if parent.flow_style:
        if at + 1 < len(entries):
            return text[:start] + text[entries[at + 1][1] :]
        before = text[:start].rstrip()
        return (before[:-1].rstrip() if before.endswith(",") else before) + text[end:]
    if isinstance(key, int):
        start = _dash(text, start)
    line = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end)
    after = len(text) if after < 0 else after + 1
    if text[line:start].strip():  # the first key of an item, behind its dash: the next one takes its place
        return text[:start] + text[entries[at + 1][1] :] if at + 1 < len(entries) else text
    return text[:line] + text[after:]


def _dash(text: str, start: int) -> int:
    return text.rfind("-", 0, start)


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1


def _indent(text: str, at: int) -> str:
    """The blanks a line begins with; those of an item are counted with its dash."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    found = re.match(r"( *(?:- +)*)", line)
    return " " * len(found[1]) if found else ""


def _after_colon(value: Value, indent: str) -> str:
    if isinstance(value, dict | list):
        made = _in_lines(value, indent, is_item=False)
        return made if made.startswith("\n") else f" {made}"
    return f" {_alone(value)}"


def _in_lines(value: Value, indent: str, *, is_item: bool) -> str:
    """A value in block style; a small one on one line."""
    if not isinstance(value, dict | list):
        return _alone(value)
    flow = _flow(value)
    nested = isinstance(value, dict) and any(isinstance(each, dict | list) for each in value.values())
    if not value or (len(flow) <= LINE_MAX and not (nested and is_item)):
        return flow
    if isinstance(value, dict):
        lines = [f"{_alone(key)}:{_after_colon(each, indent + '  ')}" for key, each in value.items()]
        return ("" if is_item else f"\n{indent}") + f"\n{indent}".join(lines)
    lines = [f"- {_in_lines(each, indent + '  ', is_item=True)}" for each in value]
    return f"\n{indent}" + f"\n{indent}".join(lines)


def _flow(value: Value) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_scalar(key, flow=True)}: {_flow(each)}" for key, each in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value, flow=True)


def _alone(value: Value) -> str:
    return _scalar(value, flow=False)


def _scalar(value: Value, *, flow: bool) -> str:
    """A text without quotes where it reads as itself, else with the quotes it needs least escapes in."""
    if not isinstance(value, str):
        return json.dumps(value)
    tries: Sequence[str] = (value, "'" + value.replace("'", "''") + "'")
    for made in tries:
        if "\n" not in made and made == made.strip() and _reads_as(made, value, flow=flow):
            return made
    return re.sub(
        r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]",
        lambda found: f"\\u{ord(found[0]):04x}",
        json.dumps(value, ensure_ascii=False),
    )


def _reads_as(made: str, value: str, *, flow: bool) -> bool:
    documents, problems = read_documents("", f"k: {{k: {made}}}\n" if flow else f"k: {made}\n")
    if problems or len(documents) != 1:
        return False
    expected: Value = {"k": value} if flow else value
    return documents[0].body == {"k": expected}
