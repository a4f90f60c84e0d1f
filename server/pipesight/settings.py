"""All settings with their defaults in one typed object. A wrong value gives a sentence, never an exception."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, make_dataclass, replace
from difflib import get_close_matches
from enum import Enum
from typing import Annotated, Any, cast

from pipesight.rules.catalog import DIAGNOSTICS, Severity

_HUGE = 2**31  # larger numbers are no sensible size, limit or time. JSON can even write infinity, as 1e999


@dataclass(frozen=True, slots=True)
class CodeLensSettings:
    """`pipesight.codeLens`: the code lenses that are shown."""

    enabled: Annotated[bool, "Show code lenses with facts of the run history."] = True
    statements: Annotated[bool, "Show code lenses above statements that get a pipeline, run, step or output."] = True
    definitions: Annotated[bool, "Show code lenses above definitions of pipelines and steps."] = True
    calls: Annotated[bool, "Show code lenses above calls of steps in the bodies of pipelines."] = True


@dataclass(frozen=True, slots=True)
class HoverSettings:
    """`pipesight.hover`: the preview of an output's value in hovers."""

    preview: Annotated[bool, "Show a preview of an output's value in its hover."] = True
    rows: Annotated[int, "The number of rows of a table in a hover."] = 5


@dataclass(frozen=True, slots=True)
class CompletionSettings:
    """`pipesight.completion`: the names that completion offers.

    Members are off by default, because another Python server usually offers them.
    """

    limit: Annotated[int, "The maximum number of names in a completion list."] = 50
    members: Annotated[bool, "Also offer the members of ZenML's objects, for editors without a Python server."] = False


_Severities: Any = make_dataclass(
    "_Severities",
    [(each.module, Annotated[Severity, each.about], field(default=each.severity)) for each in DIAGNOSTICS.values()],
    frozen=True,
)


class DiagnosticsSettings(_Severities):
    """`pipesight.diagnostics`: the severity of each diagnostic of the catalog. `off` disables it."""


@dataclass(frozen=True, slots=True)
class InlayHintSettings:
    """`pipesight.inlayHints`: the hints in a line of code."""

    runs: Annotated[bool, "Show which run an index or `last_run` gives."] = True
    values: Annotated[bool, "Show the value of an output that is a number, a boolean or a text."] = True


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """`pipesight.documentLinks`: the links of names in code."""

    runs: Annotated[bool, "Link a run to its page in the dashboard of the ZenML server."] = True
    outputs: Annotated[bool, "Link an output to its folder in the artifact store."] = True


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """`pipesight.reader`: the limits of the process that reads outputs."""

    timeout: Annotated[float, "The maximum time for reading one output, in seconds."] = 10.0
    memory: Annotated[int, "The maximum memory for reading one output, in megabytes."] = 2048


@dataclass(frozen=True, slots=True)
class LoaderSettings:
    """`pipesight.loader`: the limits of the process that loads a value in Python."""

    timeout: Annotated[float, "The maximum time for loading one value in Python, in seconds."] = 30.0
    memory: Annotated[int, "The maximum memory for loading one value in Python, in megabytes."] = 4096


@dataclass(frozen=True, slots=True)
class Settings:
    """The section `pipesight` of the editor's settings, and of the project's file.

    `history` names stores to read instead of those that ZenML's own rules find. A store is a database URL, a server
    URL, a database file, a ZenML configuration folder or a project folder. `project` is a project of these stores, by
    its name or id.
    """

    enable: Annotated[bool, "Switch Pipesight on or off."] = True
    history: Annotated[tuple[str, ...], "The stores to read instead of those that ZenML's own rules find."] = ()
    project: Annotated[str, "The name or id of the ZenML project to read instead of the active one."] = ""
    code_lens: CodeLensSettings = field(default_factory=CodeLensSettings)
    hover: HoverSettings = field(default_factory=HoverSettings)
    completion: CompletionSettings = field(default_factory=CompletionSettings)
    diagnostics: DiagnosticsSettings = field(default_factory=DiagnosticsSettings)
    inlay_hints: InlayHintSettings = field(default_factory=InlayHintSettings)
    document_links: LinkSettings = field(default_factory=LinkSettings)
    reader: ReaderSettings = field(default_factory=ReaderSettings)
    loader: LoaderSettings = field(default_factory=LoaderSettings)

    def severity_of(self, code: str) -> Severity:
        """Return the severity of the diagnostic with this code, such as `unknown-name`."""
        return getattr(self.diagnostics, DIAGNOSTICS[code].module)

    @classmethod
    def read(cls, value: object) -> tuple[Settings, list[str]]:
        """Return the settings in `value` (JSON, keys in camel case) and a sentence for each wrong value."""
        problems: list[str] = []
        return _read(cls(), value, "pipesight", problems), problems

    @classmethod
    def are_in(cls, value: object) -> bool:
        """Return True if `value` sets anything. Clients that have no settings send empty objects."""
        return _sets_something(cls(), value)


@dataclass(frozen=True, slots=True)
class InitializationOptions:
    """The options that a client may send with `initialize`.

    `interpreter` is the path of the user's Python, which reads outputs. `client_commands` are commands that the client
    registers itself, so that the server does not advertise them. A client that lists `pipesight.readOutput` shows
    outputs in its own panel. `cache_folder` is the folder of the index, by default the user's cache folder. If the
    workspace is not `trusted`, the project's own file cannot choose stores. Values are loaded in Python only for a
    client that sends `trusted: true`.
    """

    settings: Settings = field(default_factory=Settings)
    interpreter: str = ""
    client_commands: tuple[str, ...] = ()
    cache_folder: str = ""
    trusted: bool = True

    @classmethod
    def read(cls, value: object) -> tuple[InitializationOptions, list[str]]:
        """Return the options in `value` (JSON, keys in camel case) and a sentence for each wrong value."""
        problems: list[str] = []
        return _read(cls(), value, "initializationOptions", problems), problems


def unknown_keys(value: Mapping[str, object], known: Any = None, path: str = "") -> Iterator[str]:
    """Yield a sentence for each key of `value` that is no setting."""
    names = {camel(entry.name): getattr(known or Settings(), entry.name) for entry in fields(known or Settings())}
    for key, inner in value.items():
        below = names.get(key)
        if key not in names:
            close = get_close_matches(key, names, 1)
            hint = f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(names)}."
            yield f"There is no setting {path}{key}. {hint}"
        elif is_dataclass(below) and (inside := table(inner)) is not None:
            yield from unknown_keys(inside, below, f"{path}{key}.")


def overlaid(below: object, above: object) -> object:
    """Return the settings in `below`, overridden by those in `above`."""
    lower, upper = table(below), table(above)
    if lower is not None and above == []:  # Lua has no other word for an empty object
        return lower
    if lower is None or upper is None:
        return below if above is None else above
    return {**lower, **{key: overlaid(lower.get(key), value) for key, value in upper.items()}}


def table(value: object) -> Mapping[str, object] | None:
    """Return `value` if it is a JSON object or a TOML table, else None."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else None


def _read(default: Any, value: object, path: str, problems: list[str]) -> Any:
    """Return `default`, changed by the values in `value`. Unknown keys are ignored, as other tools may use them."""
    if value is None or value == []:  # Lua has no other word for an empty object
        return default
    if not isinstance(value, Mapping):
        problems.append(f"{path} is {_shown(value)}, but it takes an object. The default is used.")
        return default
    given = cast(Mapping[str, object], value)
    changes: dict[str, Any] = {}
    for entry in fields(default):
        key = camel(entry.name)
        if given.get(key) is not None:
            changes[entry.name] = _value(getattr(default, entry.name), given[key], f"{path}.{key}", problems)
    return replace(default, **changes)


def _sets_something(default: Any, value: object) -> bool:
    if not is_dataclass(default) or not isinstance(value, Mapping):
        return value is not None and not (is_dataclass(default) and value == [])
    given = cast(Mapping[str, object], value)
    known = {camel(entry.name): getattr(default, entry.name) for entry in fields(default)}
    return any(key not in known or _sets_something(known[key], item) for key, item in given.items())


def _value(default: Any, value: object, path: str, problems: list[str]) -> Any:
    if is_dataclass(default):
        return _read(default, value, path, problems)
    expected, taken = _taken(default, value)
    if taken is None:
        problems.append(f"{path} is {_shown(value)}, but it takes {expected}. The default is used.")
    return default if taken is None else taken


def _taken(default: object, value: object) -> tuple[str, object]:
    """Return the allowed values of a setting in words, and the value that it gets from `value`.

    `default` gives the type of the setting. The value is None if `value` is not allowed.
    """
    if isinstance(default, tuple):
        items = cast("list[object]", value) if isinstance(value, (list, tuple)) else [None]
        return "a list of strings", tuple(items) if all(isinstance(item, str) for item in items) else None
    if isinstance(default, Enum):
        words = [str(member.value) for member in type(default)]
        return f"one of {', '.join(words)}", type(default)(value) if value in words else None
    if isinstance(default, bool):
        return "true or false", value if isinstance(value, bool) else None
    if isinstance(default, (int, float)):
        good = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < _HUGE
        taken = type(default)(cast("float", value)) if good else 0
        return "a number above 0", taken or None  # 0.5 becomes the integer 0, which is not above 0
    return "a string", value if isinstance(value, str) else None


def _shown(value: object) -> str:
    """Return the type of a value in words. The value itself may contain a password."""
    if isinstance(value, bool):
        return "true or false"
    kinds = (("a string", str), ("a number", (int, float)), ("a list", (list, tuple)), ("an object", Mapping))
    return next((words for words, kind in kinds if isinstance(value, kind)), "something else")


def camel(name: str) -> str:
    """Return the name of a setting in camel case, as editors and projects write it."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)
