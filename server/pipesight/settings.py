"""Every setting and its default, in one typed object; what is wrong with a given value is said, never raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from typing import Any, cast

_HUGE = 2**31  # from here on a number is no size, limit or time; JSON can even write infinity: 1e999


@dataclass(frozen=True, slots=True)
class CodeLensSettings:
    """`pipesight.codeLens`: which code lenses are shown."""

    enabled: bool = True
    statements: bool = True
    definitions: bool = True


@dataclass(frozen=True, slots=True)
class HoverSettings:
    """`pipesight.hover`: whether hovers show a preview of the output's value, and how many rows of a table."""

    preview: bool = True
    rows: int = 5


@dataclass(frozen=True, slots=True)
class CompletionSettings:
    """`pipesight.completion`: how many names are offered at once; whether members of ZenML's objects are, too.

    Another Python server offers members already where there is one, so this is off.
    """

    limit: int = 50
    members: bool = False


class Severity(str, Enum):
    """How loud a diagnostic is."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class DiagnosticsSettings:
    """`pipesight.diagnostics`: the severity of each diagnostic; `off` switches it off."""

    unknown_name: Severity = Severity.WARNING
    ambiguous_output: Severity = Severity.WARNING
    oldest_run: Severity = Severity.WARNING
    index_access: Severity = Severity.HINT
    missing_member: Severity = Severity.WARNING
    missing_in_run: Severity = Severity.WARNING
    missing_artifact: Severity = Severity.WARNING

    def of(self, code: str) -> Severity:
        """The severity of the diagnostic with that code: `unknown-name`."""
        return getattr(self, code.replace("-", "_"))


@dataclass(frozen=True, slots=True)
class InlayHintSettings:
    """`pipesight.inlayHints`: which run an index or `last_run` is, and values of outputs that fit the line."""

    runs: bool = True
    values: bool = True


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """`pipesight.documentLinks`: from runs to the dashboard of a ZenML server, and from outputs to their folders."""

    runs: bool = True
    outputs: bool = True


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """`pipesight.reader`: the limits of the process that reads outputs: seconds for one read, megabytes of memory."""

    timeout: float = 10.0
    memory: int = 2048


@dataclass(frozen=True, slots=True)
class Settings:
    """The section `pipesight` of the editor's settings.

    `history` names stores to read instead of those found by ZenML's own rules: database URLs, server URLs, database
    files, ZenML configuration folders or project folders.
    """

    enable: bool = True
    history: tuple[str, ...] = ()
    code_lens: CodeLensSettings = field(default_factory=CodeLensSettings)
    hover: HoverSettings = field(default_factory=HoverSettings)
    completion: CompletionSettings = field(default_factory=CompletionSettings)
    diagnostics: DiagnosticsSettings = field(default_factory=DiagnosticsSettings)
    inlay_hints: InlayHintSettings = field(default_factory=InlayHintSettings)
    document_links: LinkSettings = field(default_factory=LinkSettings)
    reader: ReaderSettings = field(default_factory=ReaderSettings)

    @classmethod
    def read(cls, value: object) -> tuple[Settings, list[str]]:
        """The settings that `value` (JSON, keys in camel case) gives, and a sentence for each value not taken."""
        problems: list[str] = []
        return _read(cls(), value, "pipesight", problems), problems

    @classmethod
    def are_in(cls, value: object) -> bool:
        """Whether `value` sets anything. Clients without settings of their own send empty objects."""
        return _sets_something(cls(), value)


@dataclass(frozen=True, slots=True)
class InitializationOptions:
    """What a client may send with `initialize`.

    `interpreter` is the Python of the user's environment, which reads outputs. `client_commands` are commands that the
    client itself registers, so that the server does not advertise them; a client that names `pipesight.readOutput`
    shows outputs in a panel of its own. `cache_folder` is where the index lies instead of the user's cache folder.
    """

    settings: Settings = field(default_factory=Settings)
    interpreter: str = ""
    client_commands: tuple[str, ...] = ()
    cache_folder: str = ""

    @classmethod
    def read(cls, value: object) -> tuple[InitializationOptions, list[str]]:
        """The options that `value` (JSON, keys in camel case) gives, and a sentence for each value not taken."""
        problems: list[str] = []
        return _read(cls(), value, "initializationOptions", problems), problems


def _read(default: Any, value: object, path: str, problems: list[str]) -> Any:
    """`default` with what `value` says; unknown keys are left alone, since other tools may own them."""
    if value is None or value == []:  # Lua has no other word for an empty object
        return default
    if not isinstance(value, Mapping):
        problems.append(f"{path} is {_shown(value)}, but it takes an object; the default is used.")
        return default
    given = cast(Mapping[str, object], value)
    changes: dict[str, Any] = {}
    for entry in fields(default):
        key = _camel(entry.name)
        if given.get(key) is not None:
            changes[entry.name] = _value(getattr(default, entry.name), given[key], f"{path}.{key}", problems)
    return replace(default, **changes)


def _sets_something(default: Any, value: object) -> bool:
    if not is_dataclass(default) or not isinstance(value, Mapping):
        return value is not None and not (is_dataclass(default) and value == [])
    given = cast(Mapping[str, object], value)
    known = {_camel(entry.name): getattr(default, entry.name) for entry in fields(default)}
    return any(key not in known or _sets_something(known[key], item) for key, item in given.items())


def _value(default: Any, value: object, path: str, problems: list[str]) -> Any:
    if is_dataclass(default):
        return _read(default, value, path, problems)
    expected, taken = _taken(default, value)
    if taken is None:
        problems.append(f"{path} is {_shown(value)}, but it takes {expected}; the default is used.")
    return default if taken is None else taken


def _taken(default: object, value: object) -> tuple[str, object]:
    """What a setting with this default takes, in words, and `value` as it is taken; None when it is not."""
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
        return "a number above 0", taken or None  # half a row is none
    return "a string", value if isinstance(value, str) else None


def _shown(value: object) -> str:
    """The kind of a value, never the value: it may hold a password."""
    if isinstance(value, bool):
        return "true or false"
    kinds = (("a string", str), ("a number", (int, float)), ("a list", (list, tuple)), ("an object", Mapping))
    return next((words for words, kind in kinds if isinstance(value, kind)), "something else")


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)
