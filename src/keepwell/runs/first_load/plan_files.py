"""The plan files that a draft becomes: its sources, and keepwell.toml where the plan has none that anybody chose."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from keepwell.catalog.files import SETTINGS_FILE, PlanFiles
from keepwell.catalog.init import bare_settings
from keepwell.core.errors import Conflict
from keepwell.intake.guess.source_file import quoted, source_text
from keepwell.publishing.folder import folder_texts
from keepwell.publishing.queries import Version
from keepwell.runs.first_load.draft import Basics, Draft, Input

DATA = "data"


def files_before(folder: Path, current: Version | None) -> PlanFiles:
    """The plan that a draft adds to: the published one, before the first publication what stands in the folder."""
    return current.files if current is not None else folder_texts(folder)


def files_after(before: PlanFiles, draft: Draft, basics: Basics | None) -> PlanFiles:
    """The plan with the draft's sources. Raises Conflict where it has a source of the same name already."""
    return PlanFiles({**before, **added_files(before, draft, basics)})


def added_files(before: PlanFiles, draft: Draft, basics: Basics | None) -> dict[str, str]:
    """What a draft adds and changes, by path."""
    texts: dict[str, str] = {}
    for each in draft.inputs:
        path = f"sources/{each.proposal.name}.yml"
        if path in before or path in texts:
            raise Conflict(
                f"the plan has a source `{each.proposal.name}` already", hint="give this one another name"
            )
        texts[path] = source_text(each.proposal, origin_of(each), made_of=each.label, label=label_of(each))
    if basics is not None:
        texts[SETTINGS_FILE] = with_basics(before.get(SETTINGS_FILE, bare_settings()), basics)
    return texts


def origin_of(found: Input) -> str:
    """The inside of ``from``."""
    if found.table is not None:
        return f"sql: {quoted(found.table.sql)}, table: {quoted(found.table.table)}"
    ending = "".join(Path(found.files[0].stored).suffixes)
    return f"files: {quoted(f'{DATA}/{found.proposal.name}/*{ending}')}"


def label_of(found: Input) -> str:
    """What people call the source until somebody gives it a better name."""
    return Path(found.label).name.split(".")[0][:80] if found.table is None else found.label


def basics_of(settings_text: Mapping[str, object] | None, language: str, draft: Draft) -> Basics:
    """What to propose: what the file says already, else what the uploaded files and the reader's language suggest."""
    told = settings_text or {}
    zones = [each.proposal.time_zone for each in draft.inputs if each.proposal.time_zone not in {None, "UTC"}]
    currencies = [each.proposal.currency for each in draft.inputs if each.proposal.currency]
    is_chinese = language == "zh"
    return Basics(
        name=str(told.get("name") or ""),
        time_zone=str(
            zones[0] if zones else told.get("time_zone") or ("Asia/Shanghai" if is_chinese else "UTC")
        ),
        currency=str(
            currencies[0] if currencies else told.get("currency") or ("CNY" if is_chinese else "USD")
        ),
        language=language,
    )


def with_basics(text: str, basics: Basics) -> str:
    """keepwell.toml with these four keys, all else as it is."""
    languages = ["zh", "en"] if basics.language == "zh" else ["en", "zh"]
    wanted = {
        "name": json.dumps(basics.name, ensure_ascii=False),
        "time_zone": json.dumps(basics.time_zone),
        "currency": json.dumps(basics.currency),
        "languages": json.dumps(languages),
    }
    head, mark, rest = _before_sections(text)
    for key, value in wanted.items():
        line = f"{key} = {value}"
        pattern = re.compile(rf"^{key}\s*=.*$", re.MULTILINE)
        if pattern.search(head):
            head = pattern.sub(line.replace("\\", r"\\"), head, count=1)
        else:
            head = f"{head.rstrip()}\n{line}\n"
    return head + mark + rest


def _before_sections(text: str) -> tuple[str, str, str]:
    found = re.search(r"^\[", text, re.MULTILINE)
    return (text, "", "") if found is None else (text[: found.start()], "\n", text[found.start() :])
