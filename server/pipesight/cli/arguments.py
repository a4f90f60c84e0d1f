"""The arguments that each command takes, and how the help describes them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from pipesight import __version__
from pipesight.characters import visible
from pipesight.logs import LEVELS

from .open_history import LATEST

_Add = Callable[[argparse.ArgumentParser], None]
_Run = Callable[[argparse.Namespace], int]


def parsed(arguments: Sequence[str] | None, commands: Mapping[str, _Run]) -> argparse.Namespace | None:
    """Return the options of a command line. None if it names no command, and help was printed.

    An unknown argument ends the program with status 2 and the usage of its command. `parse_args` would show the usage
    of the whole program, which names none of the command's options.
    """
    parser = command_parser(commands)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        getattr(options, "command", parser).refuse(unknown[0])
    if "run" not in options:
        parser.print_help()
        return None
    return options


def command_parser(commands: Mapping[str, _Run]) -> _CommandParser:
    """Return the parser of the command line. `run` and `command` are the chosen command's function and parser."""
    parser = _CommandParser(prog="pipesight", description="ZenML run history in your editor.")
    parser.add_argument("--version", action="version", version=f"pipesight {__version__}")
    added = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, run in commands.items():
        command = _COMMANDS[name]
        sub = added.add_parser(name, help=command.about, description=command.about)
        sub.set_defaults(run=run, command=sub)
        for add in command.arguments:
            add(sub)
    return parser


class _CommandParser(argparse.ArgumentParser):
    """A parser that spells out control codes of the arguments that it complains about."""

    def refuse(self, unknown: str) -> NoReturn:
        """Say that an argument is unknown and which option is close to it, and exit with 2."""
        known = [name for action in self._actions for name in action.option_strings]
        close = get_close_matches(unknown.partition("=")[0], known, 1)
        self.error(f"unknown argument {unknown}." + "".join(f" Did you mean {each}?" for each in close))

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and exit with 2."""
        super().error(visible(message))


@dataclass(frozen=True, slots=True)
class _Command:
    """A command of the command line. `arguments` are the functions that add its arguments, in order."""

    about: str
    arguments: tuple[_Add, ...]


def _of_lsp(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tcp", type=_address, metavar="HOST:PORT", help="listen on a socket instead")
    parser.add_argument("--log-file", type=Path, metavar="FILE", help="log to a file instead of standard error")
    parser.add_argument("--log-level", choices=LEVELS, default="warning")


_NAMES = {
    "pipeline": "the pipeline's name",
    "run_name": f"the run's name, or `{LATEST}`",
    "step": "the step's name",
    "output": "the output's name",
}


def _names(*names: str, optional: tuple[str, ...] = ()) -> _Add:
    def add(parser: argparse.ArgumentParser) -> None:
        for name in names:
            nargs = "?" if name in optional else None
            parser.add_argument(name, nargs=nargs, metavar=name.removesuffix("_name").upper(), help=_NAMES[name])

    return add


def _of_read(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=_count, default=20, metavar="N", help="rows of a table to show (20)")
    parser.add_argument("--interpreter", default="", metavar="PYTHON", help="the Python that reads outputs (this one)")
    parser.add_argument("--version", default="", metavar="V", help="read this version of the output's artifact")
    table = parser.add_argument_group("tables")
    condition = "only the rows that pass, such as \"age > 40 and plan = 'pro'\""
    table.add_argument("--where", default="", metavar="CONDITION", help=condition)
    table.add_argument("--sort", default="", metavar="COLUMN", help="sort the rows by this column")
    table.add_argument("--descending", action="store_true", help="sort from the highest value to the lowest")
    table.add_argument("--columns", type=_listed, default=(), metavar="A,B", help="only these columns, in this order")
    table.add_argument("--stats", action="store_true", help="sum up each column instead of showing rows")
    export = "write all rows that pass to FILE.csv or FILE.parquet"
    table.add_argument("--export", type=Path, metavar="FILE", help=export)
    table.add_argument("--force", action="store_true", help="let --export replace a file")


def _of_runs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--columns", type=_listed, default=(), metavar="A,B", help="the columns to show")
    parser.add_argument("--limit", type=_count, metavar="N", help="only the newest N runs (20, or all with --json)")
    parser.add_argument("--plot", action="store_true", help="draw the numbers over the runs")


def _of_compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("left", metavar="RUN", help="a run's name")
    parser.add_argument("right", metavar="RUN", help=_NAMES["run_name"])
    parser.add_argument("--outputs", action="store_true", help="compare the values of outputs that differ in depth")


def _of_blame(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("metric", metavar="METRIC", help="the number, named as a column of `pipesight runs`")
    parser.add_argument("--limit", type=_count, default=5, metavar="N", help="the N largest moves (5)")


def _of_log(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("step", nargs="?", metavar="STEP", help="the step's name (all)")
    parser.add_argument("--lines", type=_count, metavar="N", help="only the last N lines of each log")
    parser.add_argument("--follow", action="store_true", help="go on until the run, or the step, has ended")


def _of_sites(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="Python files, notebooks or Markdown")


def _of_check(parser: argparse.ArgumentParser) -> None:
    paths = "files, or folders of Python files and notebooks"
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=paths)
    parser.add_argument("--format", choices=("human", "json", "sarif"), default="human", help="what to print (human)")
    parser.add_argument(
        "--fail-on",
        choices=("error", "warning", "information", "hint", "never"),
        default="warning",
        help="exit with 1 for problems that are at least so severe (warning)",
    )
    installed = "the Python whose ZenML is looked up (the active environment's)"
    parser.add_argument("--interpreter", default="", metavar="PYTHON", help=installed)


def _of_mcp(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, metavar="DIR", help="the project's folder (the current one)")
    parser.add_argument("--interpreter", default="", metavar="PYTHON", help="the Python that reads outputs (this one)")


def _of_demo(parser: argparse.ArgumentParser) -> None:
    folder = "where to put the sample (a folder under the user's cache)"
    parser.add_argument("--folder", type=Path, metavar="DIR", help=folder)
    parser.add_argument("--no-show", action="store_true", help="only unpack it")


def _of_a_history(parser: argparse.ArgumentParser) -> None:
    project = "read this project of the history instead of the active one"
    parser.add_argument("--project", default="", metavar="NAME", help=project)
    parser.add_argument(
        "--source",
        metavar="URL|FOLDER",
        action="append",
        default=[],
        help="read this history instead of the one that ZenML's configuration names (may be repeated)",
    )


def _as_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, one object a line")


_ANY_NAMES = _names("pipeline", "run_name", "step", optional=("pipeline", "run_name", "step"))
_COMMANDS = {
    "lsp": _Command("Start the language server on standard input and output.", (_of_lsp,)),
    "history": _Command(
        "Show pipelines, the runs of one, the steps of a run, or a step's outputs.",
        (_ANY_NAMES, _of_a_history, _as_json),
    ),
    "read": _Command(
        "Show one output's value, without running any of its code.",
        (_names("pipeline", "run_name", "step", "output"), _of_read, _of_a_history, _as_json),
    ),
    "runs": _Command(
        "Show the runs of a pipeline, newest first, with parameters, metrics and errors.",
        (_names("pipeline"), _of_runs, _of_a_history, _as_json),
    ),
    "compare": _Command(
        "Show what differs between two runs of a pipeline.",
        (_names("pipeline"), _of_compare, _of_a_history, _as_json),
    ),
    "blame": _Command(
        "Show the runs in which a number moved most, and what changed in each.",
        (_names("pipeline"), _of_blame, _of_a_history, _as_json),
    ),
    "log": _Command(
        "Show what a run and its steps printed.", (_names("pipeline", "run_name"), _of_log, _of_a_history, _as_json)
    ),
    "sites": _Command("List the places in code that denote pipelines, runs, steps and outputs.", (_of_sites, _as_json)),
    "check": _Command(
        "Report what is wrong in how files read the history, and exit with 1 if anything is.",
        (_of_check, _of_a_history),
    ),
    "mcp": _Command("Serve the history to an assistant, over the Model Context Protocol.", (_of_mcp, _of_a_history)),
    "doctor": _Command(
        "Explain which history is read and why, what is wrong and what to do.", (_of_a_history, _as_json)
    ),
    "demo": _Command("Unpack a sample project with its history and show what an editor would show.", (_of_demo,)),
}


def _count(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"a number from 1 on, not {text!r}")
    return int(text)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"HOST:PORT, such as 127.0.0.1:2087, not {text!r}")
    return host or "127.0.0.1", int(port)
