"""The source file of a proposal: ordinary YAML with a comment on each line that was guessed."""

from __future__ import annotations

import json
import re

from keepwell.intake.guess.proposal import MONEY, SKIP, Column, Proposal

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_BARE = frozenset({"null", "true", "false", "y", "n", "yes", "no", "on", "off"})
PER_MAJOR = 100


def source_text(proposal: Proposal, origin: str, *, made_of: str, label: str | None = None) -> str:
    """The text of ``sources/NAME.yml``. ``origin`` is the inside of ``from``, such as ``files: "data/x.csv"``."""
    lines = [
        f"# Proposed from {_comment(made_of)}. After each column: how sure the proposal was, and why.",
        "# It is an ordinary source: change it as you like.",
        f"source: {proposal.name}",
        f"label: {quoted(label or proposal.name)}",
        f"from: {{{origin}{_reading(proposal)}}}",
        f"fact: {proposal.written_fact}  # {_because(proposal)}",
    ]
    if proposal.by_time:
        lines.append("# No column tells orders: what a customer bought at one time is one order.")
    if proposal.system:
        lines.append(f"system: {proposal.system}  # whose customer numbers these are")
    if proposal.key:
        lines.append(f"key: [{', '.join(proposal.key)}]")
        if proposal.of_use("revision"):
            lines.append("revision: updated_at")
    told = {"time_zone": proposal.time_zone, "currency": proposal.currency}
    lines += [f"{name}: {value}" for name, value in told.items() if value is not None]
    lines.append("back_filled: true  # history that was loaded at once")
    lines.append("columns:")
    lines += [f"  {line}" for line in column_lines(proposal)]
    return "\n".join(lines) + "\n"


def column_lines(proposal: Proposal) -> list[str]:
    """The lines of ``columns``, those computed from others last."""
    lines: list[str] = []
    computed: list[str] = []
    for each in proposal.columns:
        if each.use == SKIP:
            continue
        line, more = _line(each, proposal)
        lines.append(f"{line}  # {_because(each)}")
        computed += more
    if proposal.by_time and (time := proposal.of_use("occurred_at")):
        lines.append(f"order_id: {{column: {quoted(time.column)}}}")
    if proposal.of_use("amount") is None and proposal.of_use("unit_price") and proposal.of_use("quantity"):
        share = f" / {PER_MAJOR}" if proposal.minor else ""
        computed.append(f"amount: {{value: quantity * unit_price{share}}}")
    return lines + computed


def _line(each: Column, proposal: Proposal) -> tuple[str, list[str]]:
    """The line of a column, and those of columns computed from it."""
    column = f"column: {quoted(each.column)}"
    use, _, rest = each.use.partition(":")
    form = f", format: {json.dumps(each.form)}" if each.form else ""
    if use == "party" and rest:
        return f"party: {{{column}, personal: {rest}}}", []
    if use == "personal":
        return f"{each.to}: {{{column}, personal: {rest}}}", []
    if use == "free_text":
        return f"{each.to}: {{{column}, free_text: true}}", []
    if each.use in MONEY and proposal.minor:
        raw = f"{each.to}_minor"
        kind = ", type: money" if use == "own" else ""
        return f"{raw}: {{{column}, type: number}}", [f"{each.to}: {{value: {raw} / {PER_MAJOR}{kind}}}"]
    if use == "own":
        return f"{each.to}: {{{column}, type: {rest}{form}}}", []
    if use == "status" and proposal.statuses:
        return f"status_told: {{{column}, type: text}}", [
            f"status: {{value: {json.dumps(_status(proposal), ensure_ascii=False)}}}"
        ]
    typed = {"revision": "moment", "line": "text", "row_id": "text", "unit_price": "number"}.get(use)
    return f"{each.to}: {{{column}{f', type: {typed}' if typed else ''}{form}}}", []


def _status(proposal: Proposal) -> str:
    text = "status_told"
    for name, words in proposal.statuses.items():
        listed = ", ".join(f"'{word}'" for word in words)
        text = f"if(status_told in ({listed}), '{name}', {text})"
    return text


def _reading(proposal: Proposal) -> str:
    parts = []
    if proposal.encoding:
        parts.append(f"encoding: {quoted(proposal.encoding)}")
    if proposal.header_row != 1:
        parts.append(f"header_row: {proposal.header_row}")
    if proposal.sheet:
        parts.append(f"sheet: {quoted(proposal.sheet)}")
    return "".join(f", {part}" for part in parts)


def _because(each: Column | Proposal) -> str:
    if each.why == ("told",):
        return "chosen by hand"
    return f"{each.sure:.0%}: {', '.join(each.why)}"


def _comment(text: str) -> str:
    return re.sub(r"[^\w .()/+-]", "?", text)[:120]


def quoted(text: str) -> str:
    """A text as a YAML scalar."""
    if _BARE.fullmatch(text) and text.lower() not in _NOT_BARE:
        return text
    return json.dumps(text, ensure_ascii=False)
