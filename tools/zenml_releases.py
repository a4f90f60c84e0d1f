"""Derive which release of ZenML has which module, member, keyword, status and column, from the wheels of its releases.

Usage: python tools/zenml_releases.py FOLDER, with the wheels of all releases in FOLDER
(`pip download --no-deps zenml==X`, with `--python-version 3.8 --only-binary=:all:` for old releases).
It writes `server/pipesight/zenml/presence.py`. It reads source with `ast` and runs none of it.
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile

from pipesight.zenml.api import MEMBERS
from pipesight.zenml.declarations import Member

TARGET = Path(__file__).parents[1] / "server" / "pipesight" / "zenml" / "presence.py"
FIRST = (0, 5, 0)
WIDTH = 108

# The files that define the classes below, and the classes that each receiver of the API table is.
FILES = re.compile(
    r"zenml/(?:client|repository|core/repo|client_lazy_loader|model/\w+|stack/stack|stack/stack_component|exceptions"
    r"|models/.*|post_execution/.*|artifacts/.*|utils/(?:metadata_utils|artifact_utils)|metadata/.*|steps/step_context"
    r"|model_deployers/\w+|metadata_stores/\w+|services/\w+|__init__|new/steps/step_context|new/pipelines/\w+"
    r"|pipelines/\w+|steps/\w+|environment|core/\w+|enums|constants)\.py\Z"
)
VIEWS = {
    "repository": ("Repository",),
    "metadata_store": ("BaseMetadataStore",),
    "pipeline": ("PipelineView", "PipelineVersionView", "PipelineClassView"),
    "run": ("PipelineRunView",),
    "step": ("StepView",),
    "output": ("ArtifactView",),
}
RESPONSES = {
    "client": ("Client",),
    "pipeline": ("PipelineResponse", "PipelineResponseModel", "Pipeline", "BasePipeline"),
    "run": ("PipelineRunResponse", "PipelineRunResponseModel"),
    "step": ("StepRunResponse", "StepRunResponseModel"),
    "output": ("ArtifactVersionResponse", "ArtifactResponse", "ArtifactResponseModel"),
    "artifact": ("ArtifactVersionResponse", "ArtifactResponse", "ArtifactResponseModel"),
    "model": ("ModelResponse", "ModelResponseModel"),
    "model_version": ("ModelVersionResponse", "ModelVersionResponseModel", "Model", "ModelVersion", "ModelConfig"),
    "stack": ("StackResponse", "StackResponseModel", "Stack"),
}
# Modules that nobody imports to read a history.
INTERNAL = re.compile(r"zenml\.(?:cli|zen_server|zen_stores|_hub|utils|analytics|orchestrators|config)\.")
ENUMS = ("ExecutionStatus", "DeploymentStatus", "ModelStages")
FILTERS = ("Filter", "FilterModel")  # the ends of the names of classes that lists are filtered and sorted by
SORTED = "CUSTOM_SORTING_OPTIONS"
NOT_SORTED = "FILTER_EXCLUDE_FIELDS"
OPEN = ("__getattr__", "__getattribute__", "__new__")  # what such a class gives cannot be read
Release = tuple[int, ...]


@dataclass
class Class:
    """A class: its members, and of its methods the names of the parameters, None where they take any.

    `fields` are those of a data model, `words` the strings that it assigns, and `lists` its lists of strings and of
    constants. `filters` are the filters that its methods make.
    """

    bases: list[str]
    members: set[str] = field(default_factory=set)
    keywords: dict[str, set[str] | None] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    lists: dict[str, set[str]] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)


@dataclass
class Found:
    """The modules, members (`client.get_pipeline`) and keywords (`client.get_pipeline(version)`) of a release.

    `receivers` are the receivers whose class is there. Of the others it says nothing. `columns` are those that a list
    is sorted by (`list_pipelines(created)`), `enums` the values of enumerations (`ExecutionStatus(completed)`).
    """

    modules: set[str] = field(default_factory=set)
    receivers: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    keywords: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    enums: set[str] = field(default_factory=set)


def main(folder: Path) -> None:
    """Read the wheels in `folder` and write the table."""
    found = {release: read(path) for path in folder.glob("zenml-*.whl") if (release := release_of(path)) >= FIRST}
    releases = sorted(found)
    if not releases:
        sys.exit(f"There is no wheel of ZenML in {folder}. Download some: pip download --no-deps zenml==0.98.0")
    print(f"{len(releases)} releases, {shown(releases[0])} to {shown(releases[-1])}")  # noqa: T201
    members, keywords = all_names()
    tables = {
        "MODULES": pruned(ranges(releases, {release: each.modules for release, each in found.items()})),
        "RECEIVERS": ranges(releases, {release: each.receivers for release, each in found.items()}),
        "MEMBERS": ranges(releases, {release: each.members for release, each in found.items()}, members),
        "KEYWORDS": ranges(releases, {release: each.keywords for release, each in found.items()}, keywords),
        "COLUMNS": ranges(releases, {release: each.columns for release, each in found.items()}, whole=True),
        "ENUMS": ranges(releases, {release: each.enums for release, each in found.items()}, whole=True),
    }
    TARGET.write_text(written(releases[-1], tables), "utf-8")


def all_names() -> tuple[set[str], set[str]]:
    """Return all members and keywords of the API table. Those that no release has are in the result too."""
    members: set[str] = set()
    keywords: set[str] = set()
    for prefix, receivers in (("old ", VIEWS), ("", RESPONSES)):
        for receiver in receivers:
            for name, member in table(receiver).items():
                members.add(f"{prefix}{receiver}.{name}")
                names = {each for parameter in member.parameters for each in parameter.names}
                keywords |= {f"{prefix}{receiver}.{name}({keyword})" for keyword in names}
    return members, keywords


def release_of(path: Path) -> Release:
    """Return the release of a wheel."""
    return tuple(int(part) for part in path.name.split("-")[1].split(".") if part.isdigit())


def shown(release: Release) -> str:
    """`0.98.0`."""
    return ".".join(map(str, release))


def read(path: Path) -> Found:
    """Return what a wheel has."""
    found = Found()
    with ZipFile(path) as wheel:
        names = [name for name in wheel.namelist() if name.startswith("zenml/") and name.endswith(".py")]
        found.modules = {module for module in map(module_of, names) if not INTERNAL.match(module)}
        sources = [wheel.read(name).decode("utf-8") for name in names if FILES.match(name)]
    classes: dict[str, list[Class]] = {}
    constants: dict[str, str] = {}
    for source in sources:
        module = ast.parse(source)
        constants |= strings(module.body)
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef):
                classes.setdefault(node.name, []).append(class_of(node))
    found.enums = {f"{name}({word})" for name in ENUMS for each in classes.get(name, []) for word in each.words}
    found.columns = columns_of(classes, constants)
    for prefix, receivers in (("old ", VIEWS), ("", RESPONSES)):
        for receiver, names_of in receivers.items():
            if any(name in classes for name in names_of):
                found.receivers.add(prefix + receiver)
                add(found, prefix, receiver, [whole(name, classes, set()) for name in names_of if name in classes])
    return found


def strings(body: Iterable[ast.stmt]) -> dict[str, str]:
    """Return the strings that statements assign, by name."""
    return {
        target.id: node.value.value
        for node in body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def columns_of(classes: Mapping[str, list[Class]], constants: Mapping[str, str]) -> set[str]:
    """Return the columns that the lists of the client are sorted by."""
    columns: set[str] = set()
    for client in classes.get("Client", []):
        for call, name in client.filters.items():
            model = whole(name, classes, set())
            names = (model.fields - model.lists.get(NOT_SORTED, set())) | model.lists.get(SORTED, set())
            columns |= {f"{call}({constants.get(each, each)})" for each in names if not each.startswith("_")}
    return columns


def add(found: Found, prefix: str, receiver: str, kinds: list[Class]) -> None:
    """Note the members of the API table that any of these classes has."""
    for name, member in table(receiver).items():
        if any(name in kind.members or any(each in kind.members for each in OPEN) for kind in kinds):
            found.members.add(f"{prefix}{receiver}.{name}")
        for keyword in {each for parameter in member.parameters for each in parameter.names}:
            taken = [kind.keywords.get(name) for kind in kinds if name in kind.members]
            if not taken or any(each is None or keyword in each for each in taken):
                found.keywords.add(f"{prefix}{receiver}.{name}({keyword})")


def table(receiver: str) -> Mapping[str, Member]:
    """Return the members of the API table for a receiver."""
    return next(members for type_, members in MEMBERS.items() if type_.value == receiver)


def module_of(name: str) -> str:
    """Return the dotted name of a file in a wheel."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def class_of(node: ast.ClassDef) -> Class:
    """Return what the body of a class defines."""
    made = Class([base for base in map(name_of, node.bases) if base])
    for each in node.body:
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)):
            made.members.add(each.name)
            arguments = each.args
            named = {argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
            made.keywords[each.name] = None if arguments.kwarg is not None else named
            if each.name in table("client") and each.name.startswith("list_") and (made_filter := filter_in(each)):
                made.filters[each.name] = made_filter
        elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            made.members.add(each.target.id)
            if not ast.unparse(each.annotation).startswith("ClassVar"):
                made.fields.add(each.target.id)
            made.lists |= lists_in([each.target], each.value)
        elif isinstance(each, ast.Assign):
            made.members.update(target.id for target in each.targets if isinstance(target, ast.Name))
            made.lists |= lists_in(each.targets, each.value)
    made.words = set(strings(node.body).values())
    return made


def filter_in(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return the class of the filter that a method makes, empty if it makes none."""
    calls = [name_of(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)]
    return next((name for name in calls if name.endswith(FILTERS)), "")


def lists_in(targets: Iterable[ast.expr], value: ast.expr | None) -> dict[str, set[str]]:
    """Return the list of strings and constants that is assigned to a list of columns."""
    if not isinstance(value, ast.List):
        return {}
    constants = {each.value for each in value.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    words = constants | {each.id for each in value.elts if isinstance(each, ast.Name)}
    return {name_of(target): words for target in targets if name_of(target) in (SORTED, NOT_SORTED)}


def name_of(node: ast.expr) -> str:
    """Return the name of a base class: `BaseResponse[Body]` is `BaseResponse`."""
    if isinstance(node, ast.Subscript):
        return name_of(node.value)
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def whole(name: str, classes: Mapping[str, list[Class]], seen: set[str]) -> Class:
    """Return a class with what it inherits. Classes of one name count as one."""
    seen.add(name)
    made = Class([])
    for each in classes.get(name, []):
        inherited = [whole(base, classes, seen) for base in each.bases if base not in seen]
        for part in (*inherited, each):
            made.members |= part.members
            made.keywords |= part.keywords
            made.fields |= part.fields
            for name_of_list, words in part.lists.items():
                made.lists[name_of_list] = made.lists.get(name_of_list, set()) | words
    return made


def ranges(
    releases: list[Release], present: Mapping[Release, set[str]], names: Iterable[str] = (), *, whole: bool = False
) -> dict[str, list[str]]:
    """Return the names by when they are there: `0.5.0:0.6.0` from one release until before another.

    Names that are in every release are left out, unless the table is to be `whole`. Those of `names` that are in none
    have no span.
    """
    grouped: dict[str, list[str]] = {}
    for name in sorted(set(names).union(*present.values())):
        spans = " ".join(spans_of(releases, [name in present[release] for release in releases]))
        if whole or spans != f"{shown(FIRST)}:":
            grouped.setdefault(spans, []).append(name)
    return grouped


def spans_of(releases: list[Release], there: list[bool]) -> Iterator[str]:
    """Yield the spans of releases in which something is there."""
    start: Release | None = None
    for release, present in zip(releases, there, strict=True):
        if present and start is None:
            start = release
        elif not present and start is not None:
            yield f"{shown(start)}:{shown(release)}"
            start = None
    if start is not None:
        yield f"{shown(start)}:"


def pruned(grouped: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out the modules of a package that are there as long as the package is."""
    when = {name: spans for spans, names in grouped.items() for name in names}
    left = {
        spans: [name for name in names if when.get(name.rpartition(".")[0]) != spans]
        for spans, names in grouped.items()
    }
    return {spans: names for spans, names in left.items() if names}


HEAD = """Generated by `tools/zenml_releases.py`: which release of ZenML has which modules, members and keywords.

It also has the columns and the values of enumerations. All come from the wheels of the releases up to NEWEST. Do not
edit them by hand.
`0.5.0:0.6.0` says that 0.5.0 is the first release with these names, and 0.6.0 the first without them. Names that
every release has are left out, except in COLUMNS and ENUMS. Names that none has stand under the empty key. "old "
marks the classes of the API before 0.41.
"""


def written(newest: Release, tables: Mapping[str, dict[str, list[str]]]) -> str:
    """Return the text of the module."""
    lines = [f'"""{HEAD}"""', "", f'NEWEST = "{shown(newest)}"']
    for name, grouped in tables.items():
        lines += ["", f"{name} = {{"]
        for spans, names in sorted(grouped.items(), key=lambda each: key_of(each[0])):
            parts = list(quoted(names))
            short = f'    "{spans}": {parts[0].strip()},'
            lines += [short] if len(parts) == 1 and len(short) <= WIDTH else [f'    "{spans}": (', *parts, "    ),"]
        lines += ["}"]
    return "\n".join(lines) + "\n"


def key_of(spans: str) -> list[Release]:
    """Return what sorts spans by release."""
    return [tuple(map(int, part.split("."))) for part in re.split("[: ]", spans) if part]


def quoted(names: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a string of names."""
    text = ",".join(names)
    wrapped = textwrap.wrap(text.replace(",", ", "), WIDTH, break_on_hyphens=False, break_long_words=False)
    for number, line in enumerate(wrapped):
        end = "" if number == len(wrapped) - 1 else " "
        yield f'        "{line}{end}"'


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say in which folder the wheels are: python tools/zenml_releases.py FOLDER")
    main(Path(sys.argv[1]))
