"""Preview an artifact: find its format by its files, and turn every error into a message."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, Dict, TypeVar, Union

from .bounds import Picture, Request, counted, readable, size
from .folder import GONE, Folder, open_folder
from .formats import Read, fitting, function
from .order import ordered
from .problem import Problem
from .table_preview import add_note

if TYPE_CHECKING:
    from .query import Query

_Answer = TypeVar("_Answer")


def preview(request: Request) -> Picture:
    """Return the preview of one output. An error becomes a preview of kind `problem`."""

    def shown() -> Picture:
        folder = open_folder(request.uri)
        return _encodable(_with_width(ordered(lambda asked: of_folder(folder, asked), request)))

    found = in_words(shown, request.uri)
    return problem_picture(found) if isinstance(found, Problem) else found


def queried(asked: Query, report: Callable[[float], None], memory: int) -> Dict[str, object]:
    """Return the answer to a `Query`. An error becomes `{"preview": ...}` of kind `problem`."""
    from .query import query

    found = in_words(lambda: query(asked, report, memory), asked.uri)
    return {"preview": problem_picture(found)} if isinstance(found, Problem) else found


def compared(left: Request, right: Request, memory: int) -> Dict[str, Any]:
    """Return the differences between two outputs. An error becomes `{"preview": ...}` of kind `problem`."""
    from .compare_outputs import compare

    found = in_words(lambda: compare(left, right, read, memory), f"{left.uri}, {right.uri}")
    return {"preview": problem_picture(found)} if isinstance(found, Problem) else {"comparison": found}


def in_words(ask: Callable[[], _Answer], uri: str) -> Union[_Answer, Problem]:
    """Return the result of `ask`, or the problem if it fails."""
    try:
        return ask()
    except Problem as problem:
        return problem
    except FileNotFoundError:
        return Problem(f"The artifact's files are gone: {uri}", GONE)
    except PermissionError:
        advice = "Its owner must let you read it. Check the folder's permissions."
        return Problem(f"You may not read this artifact: {uri}", advice)
    except MemoryError:
        advice = "Raise the limit in the settings, or read it in a notebook."
        return Problem("This artifact needs more memory than previews may use.", advice)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return Problem(f"This artifact could not be read: {why}.", f"Look at its files: {uri}")
    except Exception as error:  # noqa: BLE001 - damaged files can cause any error, and users need a message, not a traceback
        text = "This artifact could not be read: its files are not what their names promise."
        advice = f"Look at its files: {uri}. If they are whole, please report {_place(error)}."
        return Problem(text, advice)


def _place(error: Exception) -> str:
    """Return the module and the line of an error, for a report."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" in {os.path.basename(trace.tb_frame.f_code.co_filename)}, line {trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{where}"


def _with_width(picture: Picture) -> Picture:
    """Return the preview of a table with a note if it lacks some columns."""
    table: Picture = picture.get("table") or {"columns": [], "index": 0, "width": 0, "first_column": 0}
    shown, first = len(table["columns"]) - table["index"], table["first_column"]
    if shown < table["width"] and not table.get("picked"):
        words = f"Columns {first + 1:,} to {first + shown:,}" if first else f"The first {shown}"
        add_note(picture, f"{words} of {table['width']:,} columns are shown.")
    return picture


def problem_picture(problem: Problem) -> Picture:
    """Return a problem as a preview."""
    picture: Picture = {"kind": "problem", "summary": problem.text, "text": problem.text}
    if problem.advice:
        picture["advice"] = problem.advice
    return _encodable(picture)


def _encodable(picture: Picture) -> Picture:
    """Return the preview with texts that can be encoded. The names of files may be invalid text."""
    for field in ("summary", "text", "advice"):
        if field in picture:
            picture[field] = readable(picture[field])
    for file in picture.get("files", ()):
        file["path"] = readable(file["path"])
    return picture


def of_folder(folder: Folder, request: Request) -> Picture:
    """Return the preview of an opened folder."""
    return read(folder, request).picture


def read(folder: Folder, request: Request) -> Read:
    """Return the preview of an opened folder and what it was made from."""
    for entry, path in fitting(folder):
        picture = function(entry.preview)(folder, path, request)
        if picture is not None:
            return Read(picture, entry, path)
    return Read(listing(folder))


def listing(folder: Folder) -> Picture:
    """Return a preview that lists the artifact's files, for files of unknown formats."""
    total = sum(length for _, length in folder.files)
    more = "" if folder.complete else " or more"
    return {
        "kind": "files",
        "summary": f"{counted(len(folder.files), 'file')}{more}, {size(total)}",
        "files": [{"path": path, "size": length} for path, length in folder.files],
        "truncated": not folder.complete,
    }
