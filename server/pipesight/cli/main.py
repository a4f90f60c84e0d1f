"""The command `pipesight`: one short function for each subcommand, and the handling of errors."""

from __future__ import annotations

import argparse
import errno
import gc
import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pipesight.characters import visible
from pipesight.logs import redact
from pipesight.pages.command_error import CommandError
from pipesight.pages.named_objects import LATEST, follow, version_of

from .arguments import parsed
from .interpreters import interpreter
from .open_history import Where, open_history, opened, rows, settings_here
from .terminal import complain, prepare, print_json, say

if TYPE_CHECKING:
    from pipesight.code.site_rows import SiteRow
    from pipesight.outputs.service import PreviewService


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Return the exit status: 0 for success, 1 if it is not possible, 2 for wrong usage."""
    prepare()
    options = parsed(arguments, _COMMANDS)
    if options is None:
        return 2
    try:
        status = options.run(options)
        sys.stdout.flush()  # raises an error for a closed pipe here. At Python's exit it would print a traceback
        return status
    except CommandError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if _is_closed_pipe(error):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        where = f"{error.filename}: " if error.filename else ""
        complain(f"{where}{redact(error.strerror or str(error))}")
        return 1
    except Exception as error:
        if os.environ.get("PIPESIGHT_DEBUG"):
            raise
        what = f"{type(error).__name__}: {redact(str(error))}"
        complain(
            f"an unexpected error happened: {what}\n"
            "Please report it with the command that you ran. PIPESIGHT_DEBUG=1 in the environment shows the traceback."
        )
        return 1


def _is_closed_pipe(error: OSError) -> bool:
    """Return True if the program that reads the output has ended. Windows reports this as an invalid argument."""
    of_windows = sys.platform == "win32" and error.errno == errno.EINVAL and error.filename is None
    return of_windows or isinstance(error, BrokenPipeError)


def _lsp(options: argparse.Namespace) -> NoReturn:
    from pipesight.protocol_types import build_when_used

    gc.disable()  # the start makes many objects that stay, so collecting garbage would only cost time
    build_when_used()
    from pipesight.logs import StandardError, set_up_logging
    from pipesight.lsp.connection import briefly, serve_io, serve_tcp
    from pipesight.lsp.garbage import PausedGarbage
    from pipesight.lsp.server import server

    log = StandardError()
    set_up_logging(options.log_level, options.log_file, log)
    sys.stderr = log
    gc.freeze()
    PausedGarbage.rest()
    gc.enable()
    status = serve_tcp(server.peer, *options.tcp) if options.tcp else serve_io(server.peer)
    briefly(server.session.unload)
    log.drain()
    os._exit(status)  # a thread that waits for a store or a client would keep the process alive


def _where(options: argparse.Namespace) -> Where:
    return Where(tuple(options.source), options.project)


def _history(options: argparse.Namespace) -> int:
    names = (options.pipeline, options.run_name, options.step)
    if options.json:
        return _print_rows(_where(options), names)
    with opened(_where(options)) as history:
        from pipesight.pages.describe import describe
        from pipesight.pages.page import Grid, Heading, Line, Page
        from pipesight.pages.words import ago

        if options.pipeline is None:
            pipelines = history.pipelines()
            cells = [(p.name, str(p.run_count), ago(p.last_run) if p.last_run else "") for p in pipelines]
            labels = ", ".join(source.label for source in history.state.sources)
            say(Page((Heading("history", labels), Grid(("pipeline", "runs", "last run"), cells))).plain())
            return 0
        found = follow(history, dict(zip(_KINDS, names, strict=False)))
        page = describe(history, found)
        say((page or Page((Line("Nothing found."),))).plain())
        if found.run is None and found.pipeline is not None and found.pipeline.run_count > 5:
            say(f"and {found.pipeline.run_count - 5} older runs. --json lists all of them")
    return 0


_RUNS_SHOWN = 20
_KINDS = ("pipeline", "run", "step", "output")


def _print_rows(where: Where, names: tuple[str | None, str | None, str | None]) -> int:
    if names[1] == LATEST:
        with opened(where) as history:
            run = follow(history, {"pipeline": names[0], "run": names[1]}).run
            names = (names[0], run.name if run is not None else LATEST, names[2])
    found = False
    for row in rows(where, *names):
        found = True
        print_json(asdict(row))
    if names[0] and not found:
        path = " / ".join(filter(None, names))
        raise CommandError(f"The history has no {path}. Leave out names to list what exists.")
    return 0


def _runs(options: argparse.Namespace) -> int:
    from pipesight.pages.words import count
    from pipesight.workspace.run_report import reports

    from .runs import plot, table

    if options.json and (options.plot or options.columns):
        alone = "--plot" if options.plot else "--columns"
        raise CommandError(f"{alone} and --json cannot be used together. The JSON has all values.")
    with opened(_where(options)) as history, _previews() as previews:
        pipeline = follow(history, {"pipeline": options.pipeline}).pipeline
        limit = options.limit or (None if options.json else _RUNS_SHOWN)
        runs = history.runs(options.pipeline, limit=limit)
        found = reports(history, runs, previews)
        if options.json:
            for each in found:
                print_json(asdict(each))
            return 0
        shown = list(found)
        say((plot if options.plot else table)(shown, options.columns))
        if pipeline is not None and pipeline.run_count > len(shown):
            say(f"and {count(pipeline.run_count - len(shown), 'older run')}: --limit {pipeline.run_count} shows all")
    return 0


def _log(options: argparse.Namespace) -> int:
    from .log import follow_log, show_log

    with opened(_where(options)) as history:
        names = {"pipeline": options.pipeline, "run": options.run_name, "step": options.step}
        found = follow(history, names)
        assert found.run is not None
        show = follow_log if options.follow else show_log
        show(history, found.run, found.step, limit=options.lines, as_json=options.json)
    return 0


def _compare(options: argparse.Namespace) -> int:
    from .compare import compare

    with opened(_where(options)) as history, _previews() as previews:
        given = ({"pipeline": options.pipeline, "run": name} for name in (options.left, options.right))
        left, right = (follow(history, names).run for names in given)
        assert left is not None
        assert right is not None
        compare(history, previews, left, right, outputs=options.outputs, as_json=options.json)
    return 0


def _blame(options: argparse.Namespace) -> int:
    from .blame import blame

    with opened(_where(options)) as history, _previews() as previews:
        pipeline = follow(history, {"pipeline": options.pipeline}).pipeline
        assert pipeline is not None
        blame(history, previews, pipeline, options.metric, limit=options.limit, as_json=options.json)
    return 0


@contextmanager
def _previews(python: str = "") -> Generator[PreviewService]:
    """Start a reader of outputs with the limits of the settings, and end it when the context ends."""
    from pipesight.workspace.opening import open_previews

    with closing(open_previews(settings_here(), interpreter(python))) as previews:
        yield previews


def _read(options: argparse.Namespace) -> int:
    from .read import read

    names = (options.pipeline, options.run_name, options.step, options.output)
    with opened(_where(options)) as history, _previews(options.interpreter) as previews:
        output = follow(history, dict(zip(_KINDS, names, strict=True))).output
        assert output is not None
        if options.version:
            output = version_of(history, output, options.version)
        return read(options, previews, output)


def _sites(options: argparse.Namespace) -> int:
    from pipesight.code.files import read_file
    from pipesight.code.site_rows import rows as sites_of

    gc.disable()  # an analysis makes many objects that stay, and the process soon ends
    status = 0
    for name in options.files:
        try:
            documents = read_file(Path(name))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            complain(f"{name}: {reason}")
            status = 1
            continue
        for row in (row for document in documents for row in sites_of(document, name)):
            if options.json:
                print_json(asdict(row))
            else:
                say(_site_line(row))
    return status


def _site_line(row: SiteRow) -> str:
    cell = f"[{row.cell + 1}]" if row.cell is not None else ""
    name = row.name if row.name is not None else "?"
    owner = " / ".join(filter(None, (row.pipeline, row.run, row.step)))
    place = f"{row.file}{cell}:{row.line}:{row.start + 1}"
    line = f"{place} {row.kind} {name} ({row.form})" + (f" of {owner}" if owner else "")
    return visible(line, one_line=True)


def _check(options: argparse.Namespace) -> int:
    from pipesight.protocol_types import build_when_used

    build_when_used()
    from pipesight.rules.file_check import UncheckedError, check
    from pipesight.rules.file_finding import FileFinding

    from .check import shown, worst_is_at_least

    gc.disable()  # an analysis makes many objects that stay, and the process soon ends
    missing = [str(path) for path in options.paths if not path.exists()]
    problems: list[FileFinding] = []
    settings = settings_here()
    unchecked = False
    try:
        if missing:
            raise UncheckedError(f"There is no {', '.join(missing)}.")
        with opened(_where(options)) as history:
            problems.extend(check(options.paths, history, settings, interpreter=interpreter(options.interpreter)))
    except (UncheckedError, CommandError) as error:
        complain(str(error))
        unchecked = True
    if problems or (options.format == "sarif" and not unchecked):
        print(shown(problems, options.format, settings))
    if unchecked:
        return 2
    return 1 if options.fail_on != "never" and worst_is_at_least(problems, options.fail_on) else 0


def _mcp(options: argparse.Namespace) -> int:
    from pipesight.protocol_types import build_when_used

    build_when_used()
    try:
        from pipesight.mcp.server import serve
    except ModuleNotFoundError as error:
        raise CommandError(
            f"The module {error.name} is missing. Install what assistants need: pip install 'pipesight[mcp]'"
        ) from None
    from pipesight.mcp.workbench import Workbench

    if options.folder is not None:
        os.chdir(options.folder)
    open_it = partial(open_history, _where(options))
    serve(Workbench(open_it, settings_here(), interpreter(options.interpreter)))
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from pipesight.project_settings import project_settings
    from pipesight.workspace.opening import find_stores

    from .doctor import findings, text

    project, where = project_settings(Path.cwd()), _where(options)
    discovery = find_stores([Path.cwd()], project.settings, history=where.sources, project=where.project)
    healthy = True
    for finding in findings(discovery, project, where):
        healthy = healthy and finding.outcome != "problem"
        if options.json:
            print_json(asdict(finding))
        else:
            say(text(finding))
    return 0 if healthy else 1


def _demo(options: argparse.Namespace) -> int:
    from platformdirs import user_cache_path

    from pipesight.demo.sample import unpack_sample

    folder = unpack_sample(options.folder or user_cache_path("pipesight", appauthor=False) / "sample")
    if options.no_show:
        print(folder)
        return 0
    from .tour import show

    return show(folder)


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "lsp": _lsp,
    "history": _history,
    "read": _read,
    "runs": _runs,
    "compare": _compare,
    "blame": _blame,
    "log": _log,
    "sites": _sites,
    "check": _check,
    "mcp": _mcp,
    "doctor": _doctor,
    "demo": _demo,
}
