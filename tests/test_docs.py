"""The documentation and the code agree: settings, diagnostics, commands, options, modules, links."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

import pipesight
from pipesight.cli.arguments import command_parser
from pipesight.lsp.server import server
from pipesight.outputs.reader.folder import _PLUGINS
from pipesight.rules.catalog import DIAGNOSTICS
from pipesight.settings import InitializationOptions, Settings
from tests.compatibility import table

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "vscode-extension" / "README.md"]
REPOSITORY = "https://github.com/pipesight/pipesight"
PACKAGE = Path(pipesight.__file__).parent
TOML = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def section(page: str, heading: str) -> str:
    """Return the part of a page below a heading."""
    return read(page).split(f"\n## {heading}\n")[1].split("\n## ")[0]


# Links


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        own = re.match(f"{REPOSITORY}/(?:blob|raw|tree)/HEAD/", link)
        if link.startswith("https://") and not own:
            continue
        path, _, anchor = link.removeprefix(own[0] if own else "").partition("#")
        target = (ROOT if own else page.parent) / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_readme_is_whole_where_no_repository_lies_beside_it() -> None:
    """PyPI shows only the README, so all of its links and pictures need URLs."""
    for picture, link in re.findall(r"(!?)\[[^\]]*\]\(([^)\s]+)\)", read("README.md")):
        path = link.removeprefix(f"{REPOSITORY}/{'raw' if picture else 'blob'}/HEAD/")
        assert path != link, link
        assert (ROOT / path).is_file(), link


def test_the_package_says_which_extras_and_pythons_it_has() -> None:
    project = TOML.loads(read("pyproject.toml"))["project"]
    documented = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for extra in project["optional-dependencies"]:
        assert f"'pipesight[{extra}]'" in documented

    tested = yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"]["python"]["strategy"]["matrix"]["python"]
    assert re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"])) == tested


def test_the_extra_of_remote_stores_has_the_plug_ins_that_messages_name() -> None:
    extra = TOML.loads(read("pyproject.toml"))["project"]["optional-dependencies"]["remote"]
    names = {re.split(r"[<>=]", requirement)[0] for requirement in extra}
    assert names == {"fsspec"} | {_PLUGINS[scheme] for scheme in ("s3", "gs", "abfs")}


def test_the_site_has_every_page() -> None:
    listed = re.findall(r"^ +- (\S+\.md)$", read("mkdocs.yml"), re.MULTILINE)
    assert sorted(listed) == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))


def test_every_page_can_be_reached() -> None:
    for folder in (DOCS, DOCS / "features", DOCS / "editors", DOCS / "diagnostics"):
        index = (folder / "README.md").read_text(encoding="utf-8")
        for page in folder.glob("*.md"):
            assert page.name == "README.md" or f"({page.name})" in index


# Settings


def camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


def defaults(settings: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Return each setting of the server, as editors write it, with its default as JSON."""
    for entry in fields(settings):
        name, value = prefix + camel(entry.name), getattr(settings, entry.name)
        if is_dataclass(value):
            yield from defaults(value, f"{name}.")
        elif isinstance(value, Enum):
            yield name, value.value
        else:
            yield name, list(value) if isinstance(value, tuple) else value


def documented(page: str, heading: str) -> dict[str, Any]:
    """Return the settings of a page's table. The settings of a row have one default, which is JSON or a bare word."""
    return {
        name: json.loads(default) if re.match(r'[\d\["]|true|false', default) else default
        for names, default, _ in table(section(page, heading))
        for name in names.replace("`", "").split(", ")
    }


def test_server_extension_and_documentation_have_the_same_settings() -> None:
    manifest = json.loads(read("vscode-extension/package.json"))
    offered = {
        name.removeprefix("pipesight."): setting["default"]
        for name, setting in manifest["contributes"]["configuration"]["properties"].items()
    }
    served = dict(defaults(Settings()))
    assert documented("docs/editors/README.md", "Settings") == served
    assert documented("docs/editors/vscode.md", "Settings") | served == offered


def test_options_of_a_client_are_documented() -> None:
    rows = table(section("docs/editors/README.md", "What every client can send"))
    assert {name for name, _ in rows} == {camel(entry.name) for entry in fields(InitializationOptions)}


# Editors

BLOCKS = re.compile(r"```(json|toml)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", sorted((DOCS / "editors").glob("*.md")), ids=lambda page: page.stem)
def test_configurations_of_editors_are_well_formed(page: Path) -> None:
    for language, text in BLOCKS.findall(page.read_text(encoding="utf-8")):
        (json if language == "json" else TOML).loads(text)


def test_packages_of_editors_are_of_this_release() -> None:
    package = yaml.safe_load(read("editors/mason/package.yaml"))

    assert package["source"]["id"] == f"pkg:pypi/pipesight@{pipesight.__version__}"
    assert package["neovim"]["lspconfig"] == "pipesight"
    assert "cmd = { 'pipesight', 'lsp' }" in read("editors/neovim/lsp/pipesight.lua")


# Diagnostics


def test_each_diagnostic_has_its_severity_and_its_page() -> None:
    levels = dict(defaults(Settings().diagnostics))
    listed = {
        re.sub(r"-(.)", lambda it: it[1].upper(), re.findall(r"\[(.*)\]", link)[0]): level
        for link, level, _ in table(read("docs/diagnostics/README.md"))
    }
    assert listed == levels
    said = {link: what for link, _, what in table(read("docs/diagnostics/README.md"))}
    assert said == {f"[{code}]({code}.md)": each.about for code, each in DIAGNOSTICS.items()}

    for page in (DOCS / "diagnostics").glob("*-*.md"):
        text, setting = page.read_text(encoding="utf-8"), camel(page.stem.replace("-", "_"))
        assert text.startswith(f"# {page.stem}\n")
        assert f"`pipesight.diagnostics.{setting}`" in text
        assert f"Default: `{levels[setting]}`." in text
        assert f"`# pipesight: ignore[{page.stem}]`" in text


# Commands


def test_the_server_has_the_commands_that_are_documented() -> None:
    rows = table(section("docs/editors/README.md", "Commands"))
    assert {name for name, *_ in rows} == set(server.protocol.fm.commands)


def test_options_of_the_command_line_are_documented() -> None:
    (commands,) = (each for each in command_parser({})._actions if isinstance(each, argparse._SubParsersAction))
    pages = {"check": read("docs/features/check.md")}
    line = read("docs/command-line.md")
    for name, parser in commands.choices.items():
        assert f"`pipesight {name}" in line
        for option in (each.option_strings[-1] for each in parser._actions if each.option_strings):
            assert option == "--help" or option in pages.get(name, line), f"{name} {option}"


# Modules

UNLISTED = {"features", "reader", "sources", "contract", "demo"}  # one module per request, format, store or view


def test_the_modules_of_the_architecture_are_there() -> None:
    modules = section("docs/architecture.md", "Modules")
    named = set(re.findall(r"\w+\.py\b", modules))
    assert named <= {path.name for path in PACKAGE.rglob("*.py")}

    listed = (path for path in PACKAGE.rglob("*.py") if not UNLISTED & set(path.relative_to(PACKAGE).parts))
    assert {path.name for path in listed} <= named


def files_in(text: str) -> set[str]:
    """Return the names of files in code quotes, such as `rules/catalog.py`."""
    return set(re.findall(r"`([\w./-]+\.(?:py|ts|json|md|toml|yml|npy))`", text))


def test_the_files_that_developers_are_sent_to_are_there() -> None:
    """A name counts if a file of the repository has it, or ends with it after a folder."""
    folders = ("server", "tests", "tools", "docs", "vscode-extension/src", "vscode-extension/webview", ".github")
    files = [
        *ROOT.glob("*"),
        *ROOT.glob("vscode-extension/*"),
        *(path for each in folders for path in (ROOT / each).rglob("*")),
    ]
    paths = [f"/{path.relative_to(ROOT).as_posix()}" for path in files]
    sent = files_in(section("docs/architecture.md", "Where is ...") + read("CONTRIBUTING.md"))
    made = {"data.npy", "protocol.ts"}  # a file of an output, and a generated one

    assert len(sent) > 40
    assert sorted(name for name in sent - made if not any(path.endswith(f"/{name}") for path in paths)) == []


def test_dark_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    hook = import_module("dark_pictures").on_page_markdown
    page = SimpleNamespace(file=SimpleNamespace(src_uri="features/runs.md"))
    files = SimpleNamespace(get_file_from_path={"images/runs-dark.png": "the twin"}.get)
    written = "![The runs](../images/runs.png) ![Code](../images/code.png) ![Far](https://example.org/images/runs.png)"
    twins = "![The runs](../images/runs.png#only-light)![The runs](../images/runs-dark.png#only-dark)"
    assert hook(written, page=page, files=files) == written.replace("![The runs](../images/runs.png)", twins)
