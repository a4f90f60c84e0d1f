"""The command `pipesight`: the language server, and the history, outputs and sites for people and programs."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from pipesight import __version__
from pipesight.logs import redact

if TYPE_CHECKING:
    from pipesight.code.sites import SiteRow
    from pipesight.features.find import Found
    from pipesight.history.discovery import Discovery
    from pipesight.history.history import History, HistoryRow


class CommandError(Exception):
    """What went wrong, in a sentence for the person who typed the command, with a next step."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give the exit status: 0 done, 1 not found or not possible, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except CommandError as error:
        print(f"pipesight: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("PIPESIGHT_DEBUG"):
            raise
        what = f"{type(error).__name__}: {redact(str(error))}"
        print(
            f"pipesight: this should not have happened: {what}\n"
            "Please report it with what you ran; PIPESIGHT_DEBUG=1 in the environment shows where it happened.",
            file=sys.stderr,
        )
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pipesight", description="ZenML run history in your editor.")
    parser.add_argument("--version", action="version", version=f"pipesight {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run)
        return sub

    lsp = command("lsp", _lsp, "Start the language server on standard input and output.")
    lsp.add_argument("--tcp", metavar="HOST:PORT", help="listen on a socket instead")
    lsp.add_argument("--log-file", type=Path, metavar="FILE", help="log to a file instead of standard error")
    lsp.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="warning")

    history = command("history", _history, "Show pipelines, the runs of one, the steps of a run, or a step's outputs.")
    for name in ("pipeline", "run_name", "step"):
        history.add_argument(name, nargs="?", metavar=name.removesuffix("_name").upper())
    read = command("read", _read, "Show one output's value, without running any of its code.")
    for name in ("pipeline", "run_name", "step", "output"):
        read.add_argument(name, metavar=name.removesuffix("_name").upper())
    read.add_argument("--rows", type=int, default=20, help="rows of a table to show (20)")
    read.add_argument("--interpreter", default="", help="the Python that reads outputs (this one)")
    sites = command("sites", _sites, "List the places in code that denote pipelines, runs, steps and outputs.")
    sites.add_argument("files", nargs="+", metavar="FILE", help="Python files, notebooks or Markdown")
    check = command("check", _check, "Report what is wrong in how files read the history; exit with 1 if anything is.")
    check.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of Python files and notebooks"
    )
    check.add_argument("--format", choices=("human", "json", "sarif"), default="human", help="what to print (human)")
    check.add_argument(
        "--fail-on",
        choices=("error", "warning", "information", "hint", "never"),
        default="warning",
        help="exit with 1 for problems that are at least so severe (warning)",
    )
    check.add_argument(
        "--interpreter", default="", help="the Python whose ZenML is looked up (the active environment's)"
    )
    doctor = command("doctor", _doctor, "Explain which history is read and why, what is wrong and what to do.")
    for reader in (history, read, check, doctor):
        reader.add_argument(
            "--source",
            metavar="URL|FOLDER",
            action="append",
            default=[],
            help="read this history instead of the one that ZenML's configuration names",
        )
    for printer in (history, read, sites, doctor):
        printer.add_argument("--json", action="store_true", help="print JSON, one object a line")

    demo = command("demo", _demo, "Unpack a sample project with its history and show what an editor would show.")
    demo.add_argument("--folder", type=Path, help="where to put the sample (a folder under the user's cache)")
    demo.add_argument("--no-show", action="store_true", help="only unpack it")
    return parser


def _lsp(options: argparse.Namespace) -> int:
    gc.disable()  # start-up makes many objects that stay: collecting among them only takes time
    from pipesight.logs import set_up_logging
    from pipesight.server import server

    set_up_logging(options.log_level, options.log_file)
    gc.freeze()
    gc.enable()
    if options.tcp:
        host, _, port = options.tcp.rpartition(":")
        if not port.isdigit():
            raise CommandError(f"--tcp takes HOST:PORT, such as 127.0.0.1:2087, not {options.tcp!r}.")
        server.start_tcp(host or "127.0.0.1", int(port))
    else:
        server.start_io()
    return 0


def _history(options: argparse.Namespace) -> int:
    names = (options.pipeline, options.run_name, options.step)
    if options.json:
        found = False
        for row in _rows(options.source, names):
            found = True
            print(json.dumps(asdict(row), ensure_ascii=False))
        if options.pipeline and not found:
            raise CommandError(
                f"The history has no {' / '.join(filter(None, names))}. Leave names out to see what is there."
            )
        return 0
    with _opened(options.source) as history:
        from pipesight.features.describe import describe
        from pipesight.features.page import Grid, Heading, Line, Page
        from pipesight.features.words import ago

        if options.pipeline is None:
            pipelines = history.pipelines()
            rows = [(p.name, str(p.run_count), ago(p.last_run) if p.last_run else "") for p in pipelines]
            labels = ", ".join(source.label for source in history.state.sources)
            print(Page((Heading("history", labels), Grid(("pipeline", "runs", "last run"), rows))).plain())
            return 0
        found = _follow(history, {"pipeline": options.pipeline, "run": options.run_name, "step": options.step})
        page = describe(history, found)
        print((page or Page((Line("Nothing found."),))).plain())
        if found.run is None and found.pipeline is not None and found.pipeline.run_count > 5:
            print(f"and {found.pipeline.run_count - 5} older runs; --json lists everything")
    return 0


def _read(options: argparse.Namespace) -> int:
    from pipesight.outputs.render import to_json, to_text
    from pipesight.outputs.service import PreviewService

    with _opened(options.source) as history:
        keys = ("pipeline", "run", "step", "output")
        names = (options.pipeline, options.run_name, options.step, options.output)
        output = _follow(history, dict(zip(keys, names, strict=True))).output
        assert output is not None
        previews = PreviewService(options.interpreter or None)
        try:
            preview = previews.preview_sync(output, limit=max(1, options.rows))
        finally:
            previews.close()
    print(json.dumps(to_json(preview), ensure_ascii=False) if options.json else to_text(preview, rows=options.rows))
    return 1 if preview.kind == "problem" else 0


def _sites(options: argparse.Namespace) -> int:
    from pipesight.code.sites import read_file, rows

    status = 0
    for name in options.files:
        try:
            documents = read_file(Path(name))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            print(f"pipesight: {name}: {reason}", file=sys.stderr)
            status = 1
            continue
        for row in (row for document in documents for row in rows(document, name)):
            if options.json:
                print(json.dumps(asdict(row), ensure_ascii=False, default=str))
            else:
                print(_site_line(row))
    return status


def _site_line(row: SiteRow) -> str:
    cell = f"[{row.cell}]" if row.cell is not None else ""
    name = row.name if row.name is not None else "?"
    owner = " / ".join(filter(None, (row.pipeline, row.run, row.step)))
    place = f"{row.file}{cell}:{row.line}:{row.start + 1}"
    return f"{place} {row.kind} {name} ({row.form})" + (f" of {owner}" if owner else "")


def _check(options: argparse.Namespace) -> int:
    from pipesight.check import UncheckedError, check, shown, worst_is_at_least

    missing = [str(path) for path in options.paths if not path.exists()]
    try:
        if missing:
            raise UncheckedError(f"There is no {', '.join(missing)}.")
        with _opened(options.source) as history:
            problems = list(check(options.paths, history, interpreter=options.interpreter))
    except (UncheckedError, CommandError) as error:
        print(f"pipesight: {error}", file=sys.stderr)
        return 2
    if problems or options.format == "sarif":
        print(shown(problems, options.format))
    return 1 if options.fail_on != "never" and worst_is_at_least(problems, options.fail_on) else 0


def _doctor(options: argparse.Namespace) -> int:
    from pipesight.doctor import findings, text

    healthy = True
    for finding in findings(_discover(options.source)):
        healthy = healthy and finding.outcome != "problem"
        if options.json:
            print(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            print(text(finding))
    return 0 if healthy else 1


def _demo(options: argparse.Namespace) -> int:
    from platformdirs import user_cache_path

    from pipesight.demo.sample import unpack_sample

    folder = unpack_sample(options.folder or user_cache_path("pipesight") / "sample")
    if options.no_show:
        print(folder)
        return 0
    from pipesight.demo.tour import show

    return show(folder)


def _rows(sources: Sequence[str], names: tuple[str | None, ...]) -> Iterator[HistoryRow]:
    """The history's rows that belong to the names given, straight from the stores."""
    from pipesight.history.history import rows
    from pipesight.history.sources import SourceError

    pipeline, run, step = names
    for source in _found(sources).sources:
        try:
            for row in rows(source):
                if pipeline in (None, row.pipeline) and run in (None, row.run) and step in (None, row.step):
                    yield row
        except SourceError as error:
            raise CommandError(f"{error.message} {error.advice}".strip()) from None


class _opened:  # noqa: N801 - reads as a function
    """The history of the sources given or found, brought up to date; closed at the end."""

    def __init__(self, sources: Sequence[str]) -> None:
        from pipesight.history.history import History

        self._history = History.open(_found(sources).sources, start=False)

    def __enter__(self) -> History:
        from pipesight.history.sources import SourceError

        try:
            self._history.sync_once()
        except SourceError as error:
            if self._history.is_empty:
                self._history.close()
                raise CommandError(f"{error.message} {error.advice}".strip()) from None
            print(f"pipesight: {error} What was read before is shown.", file=sys.stderr)
        return self._history

    def __exit__(self, *_: object) -> None:
        self._history.close()


def _discover(sources: Sequence[str]) -> Discovery:
    from pipesight.history.discovery import discover

    return discover([Path.cwd()], history=sources)


def _found(sources: Sequence[str]) -> Discovery:
    discovery = _discover(sources)
    if not discovery.sources:
        problems = [
            " ".join(filter(None, (f"{finding.subject}: {finding.detail}", finding.advice)))
            for finding in discovery.findings
            if finding.outcome == "problem"
        ]
        hint = "`pipesight doctor` tells where it was looked for."
        raise CommandError(" ".join(["No run history was found.", *problems, hint]))
    return discovery


def _follow(history: History, names: dict[str, str | None]) -> Found:
    """What the names lead to, its steps and outputs fetched. Raises CommandError, naming what is there instead."""
    from pipesight.features.commands import missing
    from pipesight.features.find import follow

    given = {kind: name for kind, name in names.items() if name is not None}
    found = follow(history, given)
    if found.run is not None and history.steps(found.run) is None:
        history.fetch_steps(found.run)
        found = follow(history, given)
    problem = missing(history, given, found)
    if problem is not None:
        raise CommandError(f"{problem['problem']} {problem['advice']}")
    return found
