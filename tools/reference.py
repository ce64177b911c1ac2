"""Write docs/reference from the code, so that it cannot be wrong. ``--check`` only compares.

Every page is one function that returns Markdown. A shape (a pydantic model) becomes a section with one line
for each key, from its JSON schema.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import pkgutil
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

import keepwell
from keepwell.core import errors

FOLDER = Path(__file__).resolve().parent.parent / "docs/reference"
NOTICE = "<!-- Written by `make docs` from the code. Edits here are lost. -->"

WRITTEN_AS_TEXT = frozenset({"Text", "Window"})
"""Shapes whose keys nobody writes; their docstrings say how they are written."""

Schema = dict[str, Any]
"""A JSON schema, as pydantic makes it."""

Shapes = Mapping[str, type[BaseModel]]
"""Heading → shape."""


def errors_page() -> str:
    """The tree of errors: what each means, its exit code and HTTP status."""
    for module in pkgutil.walk_packages(keepwell.__path__, "keepwell."):
        if module.name.rsplit(".", 1)[-1] == "errors":
            importlib.import_module(module.name)
    rows = [
        [
            f"{'&nbsp;' * 4 * depth}`{error.__name__}`",
            one_paragraph(error.__doc__),
            str(error.exit_code),
            str(error.http_status),
            error.__module__.split(".")[1],
        ]
        for depth, error in error_tree(errors.KeepwellError)
    ]
    about = (
        "Everything that a person can mend, or wait for, is one of these; a kind stands below the kind it "
        "belongs to. The text of an error says what is wrong, where (`file:line:column`) and how to mend it. "
        "On the command line the program ends with the exit code; a wrong command line ends with 2; pages "
        "and the API answer with the HTTP status."
    )
    return page("Errors", about, table(["Error", "Meaning", "Exit code", "HTTP status", "Room"], rows))


def error_tree(
    error: type[errors.KeepwellError], depth: int = 0
) -> Iterator[tuple[int, type[errors.KeepwellError]]]:
    """An error and all below it, by name, each with its depth."""
    yield depth, error
    for child in sorted(error.__subclasses__(), key=lambda child: child.__name__):
        yield from error_tree(child, depth + 1)


def settings_page() -> str:
    """keepwell.toml."""
    settings = importlib.import_module("keepwell.catalog.settings")
    about = (
        "`keepwell.toml` says what is true of the whole plan. It holds no secrets: those come by environment "
        "variable."
    )
    return page("Settings", about, *shape_sections({"keepwell.toml": settings.Settings}))


def plan_page() -> str:
    """Every kind of definition; the keys that all of them have stand once, at the beginning."""
    kinds = importlib.import_module("keepwell.catalog.kinds")
    folders = {kind: folder for folder, held in kinds.FOLDERS.items() for kind in held}
    about = (
        "A plan folder holds YAML files. The first key of a document says its kind and its name, as in "
        "`measure: orders_90d`; the other keys are those of its kind and those that every definition has."
    )
    where = table(
        ["Kind", "Folder"], [[f"[`{kind}`](#{kind})", f"`{folders[kind]}/`"] for kind in kinds.KINDS]
    )
    shapes = {"Every definition": kinds.Definition, **kinds.KINDS}
    return page("The plan folder", about, where, *shape_sections(shapes, base=kinds.Definition))


def language_page() -> str:
    """Every function of the language."""
    functions = importlib.import_module("keepwell.language.functions")
    rows = [
        [f"`{function.signature}`", function.english, function.chinese, f"`{function.example}`"]
        for function in functions.FUNCTIONS.values()
    ]
    about = "The functions of expressions. What an expression means: [the language](../concepts/language.md)."
    return page("The language", about, table(["Function", "Meaning", "含义", "Example"], rows))


def commands_page() -> str:
    """Every command with its arguments and options."""
    program = typer.main.get_command(importlib.import_module("keepwell.cli.main").app)
    assert isinstance(program, TyperGroup)
    sections = []
    for name, command in commands("keepwell", program):
        usage = " ".join([name, *command.collect_usage_pieces(typer.Context(command))])
        sections.append(f"## {name}\n\n{inspect.cleandoc(command.help or '')}\n\n```\n{usage}\n```")
        rows = [parameter_row(parameter) for parameter in command.params if parameter.name != "help"]
        if rows:
            sections.append(table(["Argument", "Meaning", "Default"], rows))
    return page("Commands", "`keepwell COMMAND --help` says the same on the terminal.", *sections)


def commands(name: str, group: TyperGroup) -> Iterator[tuple[str, TyperCommand]]:
    """The commands of a group and of its groups, under their full names."""
    for part, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(f"{name} {part}", command)
        elif isinstance(command, TyperCommand) and not command.hidden:
            yield f"{name} {part}", command


def parameter_row(parameter: object) -> list[str]:
    """An argument or option: how it is written, what it means, what holds without it."""
    assert isinstance(parameter, TyperArgument | TyperOption)
    names = [*parameter.opts, *parameter.secondary_opts]
    if isinstance(parameter, TyperArgument):
        names = [(parameter.name or "").upper()]
    default = parameter.default
    shown = (
        "required" if parameter.required else "" if default is None or callable(default) else f"`{default}`"
    )
    return [" ".join(f"`{name}`" for name in names), parameter.help or "", shown]


def shape_sections(shapes: Shapes, *, base: type[BaseModel] | None = None) -> Iterator[str]:
    """A section for each shape, without the keys it has from ``base``; then one for each of their parts."""
    parts: dict[str, Schema] = {}
    for title, model in shapes.items():
        schema = model.model_json_schema(by_alias=True)
        parts |= schema.pop("$defs", {})
        yield from shape_section(title, schema, base.model_fields if base and model is not base else ())
    for title, schema in sorted(parts.items()):
        yield from shape_section(title, schema)


def shape_section(title: str, schema: Schema, left_out: Collection[str] = ()) -> Iterator[str]:
    """What a shape is for, and its keys."""
    yield f"## {title}\n\n{one_paragraph(schema.get('description'))}"
    if choices := schema.get("enum"):
        yield "One of " + ", ".join(f"`{choice}`" for choice in choices) + "."
    required = schema.get("required", [])
    rows = [
        [f"`{key}`", type_words(value), default_words(key, value, required), value.get("description", "")]
        for key, value in schema.get("properties", {}).items()
        if key not in left_out and title not in WRITTEN_AS_TEXT
    ]
    if rows:
        yield table(["Key", "Written as", "Without it", "Meaning"], rows)


def default_words(key: str, value: Schema, required: list[str]) -> str:
    """What holds when a key is absent."""
    if key in required:
        return "required"
    default = value.get("default")
    if default is None or default in ([], {}, ""):
        return ""
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, list):
        return ", ".join(f"`{item}`" for item in default)
    return "its defaults" if isinstance(default, dict) else f"`{default}`"


def type_words(value: Schema) -> str:
    """How a value is written, in words."""
    if reference := value.get("$ref"):
        name = reference.rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in value:
        return "`" + json.dumps(value["const"]).strip('"') + "`"
    if "enum" in value:
        return " or ".join(f"`{choice}`" for choice in value["enum"])
    if forms := value.get("anyOf", value.get("oneOf")):
        return " or ".join(type_words(form) for form in forms if form.get("type") != "null")
    if examples := value.get("examples"):
        return f"such as `{examples[0]}`"
    if value.get("type") == "array":
        return f"list of {type_words(value.get('items', {}))}"
    if value.get("type") == "object":
        inner = next(iter(value.get("patternProperties", {}).values()), None)
        return f"names, each with {type_words(inner)}" if inner else "names"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
    return words.get(value.get("type", ""), "text")


def one_paragraph(docstring: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(inspect.cleandoc(docstring or "").split("\n\n")[0].split()).replace("``", "`")


def page(title: str, *parts: str) -> str:
    """A page: its title, the notice that it is generated, its parts."""
    return "\n\n".join([f"# {title}", NOTICE, *parts]) + "\n"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def simulator_page() -> str:
    """Parameters of the simulator and the tables of its truth."""
    parameters = importlib.import_module("keepwell.simulate.parameters").PARAMETERS
    truth = importlib.import_module("keepwell.simulate.truth_files").TABLES
    rows = [
        [
            f"`{name}`",
            one.metadata["about"],
            f"`{one.default:g}`",
            "{low:g} to {high:g}".format(**one.metadata),
        ]
        for name, one in parameters.items()
    ]
    sections = ["## Parameters\n\nSet with `keepwell simulate --set NAME=NUMBER`."]
    sections.append(table(["Parameter", "Meaning", "Default", "Limits"], rows))
    for name, (sentence, columns) in truth.items():
        sections.append(f"## truth/{name}.parquet\n\n{sentence}")
        lines = [[f"`{column}`", str(kind), meaning] for column, kind, meaning in columns]
        sections.append(table(["Column", "Type", "Meaning"], lines))
    about = (
        "What `keepwell simulate` can be told, and the tables of what is true. How it works: "
        "[the simulator](../concepts/simulator.md)."
    )
    return page("The simulator", about, *sections)


def api_page() -> str:
    """Every address of the API, by what it is about."""
    api = importlib.import_module("keepwell.api.app")
    root = importlib.import_module("keepwell.api.asking").ROOT
    by_tag: dict[str, list[list[str]]] = {}
    for path, operations in api.described().openapi()["paths"].items():
        for method, operation in operations.items():
            needed = [each for scheme in operation["security"] for each in scheme["key"]]
            row = [f"`{operation['operationId']}`", f"`{method.upper()} {path}`"]
            row += [", ".join(f"`{each}`" for each in dict.fromkeys(needed)) or "any key"]
            by_tag.setdefault(operation["tags"][0], []).append(
                [*row, one_paragraph(operation["description"])]
            )
    about = (
        f"Addresses under `{root}`. The document at `{root}/openapi.json` has every parameter and every shape, for "
        "programs and for makers of clients. How to ask: [use the API](../howto/use-the-api.md)."
    )
    failures = table(
        ["Status", "Meaning"], [[str(status), f"{meaning}."] for status, meaning in api.FAILURES.items()]
    )
    sections = []
    for tag, rows in by_tag.items():
        sections += [
            f"## {tag}",
            api.TAGS[tag],
            table(["Operation", "Address", "The key needs", "Meaning"], rows),
        ]
    return page("The API", about, *sections, "## Failures", "All have the form `Refusal`.", failures)


PAGES: dict[str, Callable[[], str]] = {
    "api.md": api_page,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "language.md": language_page,
    "plan.md": plan_page,
    "settings.md": settings_page,
    "simulator.md": simulator_page,
}


def main() -> None:
    """Write the pages, or say which ones are not what the code says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is out of date")
    check = parser.parse_args().check
    stale = []
    for name, write in PAGES.items():
        try:
            text = write()
        except ModuleNotFoundError as error:  # a room that is still to come
            print(f"{name}: not yet, {error}", file=sys.stderr)
            continue
        path = FOLDER / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    if check and stale:
        sys.exit(f"Out of date: {', '.join(stale)}. Run `make docs`.")


if __name__ == "__main__":
    main()
