"""Parse the command line: the arguments of each command, and their help."""

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
from pipesight.pages.named_objects import LATEST

_Add = Callable[[argparse.ArgumentParser], None]
_RunSubcommand = Callable[[argparse.Namespace], int]


def parsed(arguments: Sequence[str] | None, commands: Mapping[str, _RunSubcommand]) -> argparse.Namespace | None:
    """Return the options of a command line. Print the help and return None if it names no command.

    An unknown argument ends the program with status 2 and the usage of its command. `parse_args` would print the usage
    of the whole program, which has none of the command's options.
    """
    parser = command_parser(commands)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        getattr(options, "command", parser).refuse(unknown[0])
    if "run" not in options:
        parser.print_help()
        return None
    return options


def command_parser(commands: Mapping[str, _RunSubcommand]) -> _CommandParser:
    """Return the parser of the command line.

    The options get the function of the chosen command as `run`, and its parser as `command`.
    """
    parser = _CommandParser(
        prog="pipesight", description="Read the run history of ZenML in an editor, a terminal or Python."
    )
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
    """A parser whose messages spell out the control codes in arguments."""

    def refuse(self, unknown: str) -> NoReturn:
        """Print that an argument is unknown, with the most similar option, and exit with status 2."""
        known = [name for action in self._actions for name in action.option_strings]
        close = get_close_matches(unknown.partition("=")[0], known, 1)
        self.error(f"unknown argument {unknown}." + "".join(f" Did you mean {each}?" for each in close))

    def error(self, message: str) -> NoReturn:
        """Print the usage and a message, and exit with status 2."""
        super().error(visible(message))


@dataclass(frozen=True, slots=True)
class _Subcommand:
    """A command. `about` is its help, and `arguments` are the functions that add its arguments, in order."""

    about: str
    arguments: tuple[_Add, ...]


def _of_lsp(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--tcp", type=_address, metavar="HOST:PORT", help="listen on a TCP socket instead of standard input and output"
    )
    parser.add_argument("--log-file", type=Path, metavar="FILE", help="log to a file instead of standard error")
    parser.add_argument("--log-level", choices=LEVELS, default="warning", help="how much to log (default: warning)")


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
    parser.add_argument("--rows", type=_count, default=20, metavar="N", help="show N rows of a table (default: 20)")
    parser.add_argument(
        "--interpreter", default="", metavar="PYTHON", help="read outputs with this Python (default: Pipesight's own)"
    )
    parser.add_argument(
        "--version", default="", metavar="V", help="read this version of the artifact instead of the run's"
    )
    table = parser.add_argument_group("tables")
    condition = "keep only rows for which this holds, such as \"age > 40 and plan = 'pro'\""
    table.add_argument("--where", default="", metavar="CONDITION", help=condition)
    table.add_argument("--sort", default="", metavar="COLUMN", help="sort by this column")
    table.add_argument("--descending", action="store_true", help="sort in descending order")
    table.add_argument(
        "--columns", type=_listed, default=(), metavar="A,B", help="show only these columns, in this order"
    )
    table.add_argument("--stats", action="store_true", help="show statistics of each column instead of rows")
    export = "write all matching rows to FILE.csv or FILE.parquet"
    table.add_argument("--export", type=Path, metavar="FILE", help=export)
    table.add_argument("--force", action="store_true", help="let --export replace an existing file")


def _of_runs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--columns", type=_listed, default=(), metavar="A,B", help="show these columns")
    parser.add_argument(
        "--limit", type=_count, metavar="N", help="show only the newest N runs (default: 20, or all with --json)"
    )
    parser.add_argument("--plot", action="store_true", help="draw the numbers over the runs")


def _of_compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("left", metavar="RUN", help=_NAMES["run_name"])
    parser.add_argument("right", metavar="RUN", help=_NAMES["run_name"])
    parser.add_argument("--outputs", action="store_true", help="also compare the values of outputs that differ")


def _of_blame(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "metric", metavar="METRIC", help="the name of the number, as in the columns of `pipesight runs`"
    )
    parser.add_argument("--limit", type=_count, default=5, metavar="N", help="show the N largest changes (default: 5)")


def _of_log(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("step", nargs="?", metavar="STEP", help="the step's name (default: all steps)")
    parser.add_argument("--lines", type=_count, metavar="N", help="show only the last N lines of each log")
    parser.add_argument("--follow", action="store_true", help="show new lines until the run, or the step, has ended")


def _of_sites(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a Python file, notebook or Markdown file")


def _of_check(parser: argparse.ArgumentParser) -> None:
    paths = "a file, or a folder with Python files, notebooks and run configurations"
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=paths)
    parser.add_argument(
        "--format", choices=("human", "json", "sarif"), default="human", help="the output format (default: human)"
    )
    parser.add_argument(
        "--fail-on",
        choices=("error", "warning", "information", "hint", "never"),
        default="warning",
        help="exit with 1 if a problem has at least this severity (default: warning)",
    )
    installed = "compare with the ZenML of this Python (default: the active environment's)"
    parser.add_argument("--interpreter", default="", metavar="PYTHON", help=installed)


def _of_mcp(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, metavar="DIR", help="the project's folder (default: the current one)")
    parser.add_argument(
        "--interpreter", default="", metavar="PYTHON", help="read outputs with this Python (default: Pipesight's own)"
    )


def _of_demo(parser: argparse.ArgumentParser) -> None:
    folder = "unpack the sample to this folder (default: a folder in the user's cache)"
    parser.add_argument("--folder", type=Path, metavar="DIR", help=folder)
    parser.add_argument("--no-show", action="store_true", help="unpack the sample without showing anything")


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
    parser.add_argument("--json", action="store_true", help="print JSON, one object per line")


_ANY_NAMES = _names("pipeline", "run_name", "step", optional=("pipeline", "run_name", "step"))
_COMMANDS = {
    "lsp": _Subcommand("Start the language server on standard input and output.", (_of_lsp,)),
    "history": _Subcommand(
        "Show the pipelines, the runs of a pipeline, the steps of a run, or the outputs of a step.",
        (_ANY_NAMES, _of_a_history, _as_json),
    ),
    "read": _Subcommand(
        "Show the value of an output. This never runs code of the artifact.",
        (_names("pipeline", "run_name", "step", "output"), _of_read, _of_a_history, _as_json),
    ),
    "runs": _Subcommand(
        "Show the runs of a pipeline, newest first, with parameters, metrics and errors.",
        (_names("pipeline"), _of_runs, _of_a_history, _as_json),
    ),
    "compare": _Subcommand(
        "Show what differs between two runs of a pipeline.",
        (_names("pipeline"), _of_compare, _of_a_history, _as_json),
    ),
    "blame": _Subcommand(
        "Show the runs in which a number changed most, and what else changed in each.",
        (_names("pipeline"), _of_blame, _of_a_history, _as_json),
    ),
    "log": _Subcommand(
        "Show what a run and its steps printed.", (_names("pipeline", "run_name"), _of_log, _of_a_history, _as_json)
    ),
    "sites": _Subcommand(
        "List the expressions in code that refer to pipelines, runs, steps and outputs.", (_of_sites, _as_json)
    ),
    "check": _Subcommand(
        "Report code that reads the history in a wrong way.",
        (_of_check, _of_a_history),
    ),
    "mcp": _Subcommand("Serve the history to an assistant over the Model Context Protocol.", (_of_mcp, _of_a_history)),
    "doctor": _Subcommand("Show which history is read and why, and how to fix problems.", (_of_a_history, _as_json)),
    "demo": _Subcommand("Unpack a sample project with a history, and print what an editor would show.", (_of_demo,)),
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
