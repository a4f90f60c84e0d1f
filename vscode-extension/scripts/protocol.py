"""Write `src/protocol.ts`, the extension's types, from the server's `pages/contract`."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pipesight.outputs import comparison, loaded, preview, queries
from pipesight.outputs.reader import bounds
from pipesight.pages import words
from pipesight.pages.contract import (
    command_ids,
    command_table,
    comparison_view,
    history_paths,
    history_tree,
    load_view,
    log_view,
    no_answer,
    output_view,
    read_argument,
    run_view,
    runs_view,
    store_status,
    table_view,
    tool_call,
)
from pipesight.settings import InitializationOptions, Settings

TARGET = Path(__file__).parents[1] / "src" / "protocol.ts"
HEAD = (
    "/** The contract with the language server. `npm run protocol` writes this file from the server's dataclasses. */"
)

VIEWS = (
    history_paths,
    read_argument,
    history_tree,
    output_view,
    run_view,
    table_view,
    load_view,
    log_view,
    runs_view,
    comparison_view,
    no_answer,
    tool_call,
    store_status,
)

NAMED = {"Tone": words.Tone, "NodeKind": history_paths.NodeKind, "PreviewKind": preview.PreviewKind}
UNIONS = {
    "ReadAnswer": command_table.ReadAnswer,
    "RunAnswer": command_table.RunAnswer,
    "RunsAnswer": command_table.RunsAnswer,
    "ComparisonAnswer": command_table.ComparisonAnswer,
    "ValuesAnswer": command_table.ValuesAnswer,
    "BlameAnswer": command_table.BlameAnswer,
    "LogAnswer": command_table.LogAnswer,
    "SummaryAnswer": command_table.SummaryAnswer,
    "ProfileAnswer": command_table.ProfileAnswer,
    "ColumnsAnswer": command_table.ColumnsAnswer,
    "NewestAnswer": command_table.NewestAnswer,
    "ExportAnswer": command_table.ExportAnswer,
    "PlanAnswer": command_table.PlanAnswer,
    "LoadAnswer": command_table.LoadAnswer,
    "CallAnswer": command_table.CallAnswer,
}
WIDTH = 120  # of a line, as package.json tells prettier
PRIMITIVES = {str: "string", int: "number", float: "number", bool: "boolean", object: "unknown", Settings: "unknown"}


def main() -> None:
    """Write the file."""
    TARGET.write_text(protocol(), encoding="utf-8")


def protocol() -> str:
    """Return the text of the file."""
    aliases = [alias(name, map(json.dumps, get_args(kind))) for name, kind in NAMED.items()]
    unions = [alias(name, (part.__name__ for part in get_args(kind))) for name, kind in UNIONS.items()]
    queried = (queries.ColumnStatistics, queries.Bar, queries.FrequentValue, queries.ColumnProfile)
    shared = (*classes(preview), *queried, *classes(comparison), loaded.ShownValue)
    interfaces = [interface(kind) for kind in (*shared, *(kind for view in VIEWS for kind in classes(view)))]
    options = interface(InitializationOptions, camel)
    return "\n\n".join([HEAD, *aliases, *interfaces, options, *unions, *commands()]) + "\n"


def classes(module: object) -> Iterable[type]:
    """Return the dataclasses that a module defines and that cross the wire, in order."""
    internal = (command_table.Command, preview.Window)
    return (kind for kind in vars(module).values() if is_ours(kind, module) and kind not in internal)


def is_ours(kind: object, module: Any) -> bool:
    """Return whether a value of the module is a dataclass that it defines."""
    return isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__


def interface(kind: type, spelled: Callable[[str], str] = str) -> str:
    """Return the interface of a dataclass."""
    hints = get_type_hints(kind)
    lines = [f"  readonly {spelled(part.name)}{optional(part)}: {typed(hints[part.name])};" for part in fields(kind)]
    return "\n".join([*comment(kind), f"export interface {kind.__name__} {{", *lines, "}"])


def comment(kind: type) -> list[str]:
    """Return the docstring of a dataclass as a comment."""
    text = inspect.cleandoc(kind.__doc__ or "").splitlines()
    if len(text) == 1:
        return [f"/** {text[0]} */"]
    return ["/**", *(f" * {line}".rstrip() for line in text), " */"]


def optional(part: Field[Any]) -> str:
    """Return the mark of a field that the wire may lack: one with a default."""
    return "" if part.default is MISSING and part.default_factory is MISSING else "?"


def typed(hint: Any) -> str:
    """Return the TypeScript type of a Python annotation."""
    for name, kind in (*NAMED.items(), *UNIONS.items()):
        if hint == kind:
            return name
    if hint is NoneType or hint is None:
        return "null"
    if hint in PRIMITIVES:
        return PRIMITIVES[hint]
    arguments = get_args(hint)
    match get_origin(hint):
        case origin if origin is UnionType or origin is Union:
            return union(map(typed, arguments))
        case origin if origin is tuple:
            item = typed(arguments[0])
            return f"readonly ({item})[]" if " " in item else f"readonly {item}[]"
        case origin if origin is dict or origin is Mapping:
            return f"Readonly<Record<{typed(arguments[0])}, {typed(arguments[1])}>>"
        case origin if origin is Literal:
            return union(map(json.dumps, arguments))
        case _:
            return hint.__name__


def union(parts: Iterable[str]) -> str:
    """Return the union of TypeScript types."""
    return " | ".join(parts)


def alias(name: str, parts: Iterable[str]) -> str:
    """Return a named union, laid out as prettier does."""
    line = f"export type {name} = {union(parts)};"
    return line if len(line) <= WIDTH else line.replace(" = ", " =\n  ", 1)


def camel(name: str) -> str:
    """Return a name in the camel case of settings."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


def commands() -> list[str]:
    """Return the ids of the commands, their types, and the other constants."""
    executed = command_table.COMMANDS
    ids = [f"  {command.id.removeprefix('pipesight.')}: {json.dumps(command.id)}," for command in executed]
    types = [f"  readonly {json.dumps(command.id)}: {signature(command)};" for command in executed]
    return [
        said("The commands that the server executes.", "export const ServerCommand = {", *ids, "} as const;"),
        said("What each command takes and answers.", "export interface ServerCommands {", *types, "}"),
        f"export const STATUS_CHANGED = {json.dumps(command_ids.STATUS_CHANGED)};",
        said("Cells of the largest table that can be sorted.", f"export const LARGEST_SORTED_TABLE = {bounds.WHOLE};"),
    ]


def said(comment: str, *lines: str) -> str:
    """Return lines under a comment."""
    return "\n".join([f"/** {comment} */", *lines])


def signature(command: command_table.Command) -> str:
    """Return the type of a command's argument and answer."""
    argument = "object" if command.argument is None else typed(command.argument)
    return f"{{ readonly argument: {argument}; readonly answer: {typed(command.answer)} }}"


if __name__ == "__main__":
    sys.exit(main())
