"""Find where logical lines end, also after an unclosed bracket or quote, and blank out what is no Python."""

from __future__ import annotations

import re

from .tokens import STRING_PATTERN, string_end

_TAB = 8
_NOTABLE = re.compile(rf"#|[(\[{{]|[)\]}}]|{STRING_PATTERN}|\\$")
# The start of a line that cannot be inside brackets. Such a line ends an unclosed bracket if it is not indented deeper.
_STATEMENT = re.compile(
    r"(?:def|class|return|import|with|while|try|except|finally|raise|pass|del|global|nonlocal|assert|break|continue"
    r"|elif|async\s+def|from\s+[\w.]+\s+import)\b"
    r"|@\w|(?:if|for|else)\b.*:\s*(?:#.*)?\Z"
    r"|[^\W\d][\w.]*(?:\[[^\]]*\])?(?:\s*,\s*[^\W\d][\w.]*)*\s+(?:[-+*/|&]?=)\s"
)
_MAGIC = re.compile(r"\s*(?:%%?\w|!|\?|[\w.]+\?{1,2}\s*\Z)")
_ASSIGNED_MAGIC = re.compile(r"(\s*[\w., ]+=\s*)([%!].*)\Z")
_PROMPT = re.compile(r"(\s*)(>>> ?|\.\.\. |In \[\d*\]: ?)")


def split_lines(text: str) -> list[str]:
    """Split a text into lines as editors count them: at newlines only."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


def neutral(cell: str) -> str:
    """Blank out magics, shell commands and prompts of a notebook cell, without moving any position."""
    if "%" not in cell and "!" not in cell and "?" not in cell and ">>>" not in cell and "In [" not in cell:
        return cell
    stripped = cell.lstrip()
    if stripped.startswith("%%") and not re.match(r"%%(?:time|timeit|capture|prun|python3?)\b", stripped):
        return "\n".join(" " * len(line) for line in split_lines(cell))
    prompts = ">>>" in cell or "In [" in cell
    return "\n".join(_neutral_line(line, prompts) for line in split_lines(cell))


def _neutral_line(line: str, prompts: bool) -> str:
    if prompts and (match := _PROMPT.match(line)):
        return " " * match.end() + line[match.end() :] if not match[1] else line
    if _MAGIC.match(line):
        return " " * len(line)
    if match := _ASSIGNED_MAGIC.match(line):
        return match[1] + "0".ljust(len(match[2]))
    return line


def logical_end(lines: list[str], start: int, limit: int) -> tuple[int, int]:
    """Return the line after the logical line that starts at `start`, and the last line that decides this.

    An unclosed bracket or quote ends at the first line that cannot be inside it.
    """
    depth, line, unclosed = 0, start, False
    indent = _indent_of(lines[start])
    while line < limit:
        if depth > 0 and line > start and _ends_bracket(lines[line], indent):
            return line, line
        depth, line, unclosed, goes_on = _scan_line(lines, line, limit, depth)
        if unclosed or (depth <= 0 and not goes_on):
            return line, limit if unclosed else line - 1
    if depth <= 0:
        return line, line
    return _unbalanced_end(lines, start, limit, indent), limit


def _unbalanced_end(lines: list[str], start: int, limit: int, indent: int) -> int:
    """Return the end of a logical line with an unclosed bracket. It goes on only while lines are indented deeper."""
    line = start + 1
    while (
        line < limit and (text := lines[line]).strip() and indent_width(text[: len(text) - len(text.lstrip())]) > indent
    ):
        line += 1
    return line


def _ends_bracket(text: str, indent: int) -> bool:
    stripped = text.lstrip()
    if not stripped or not _STATEMENT.match(stripped):
        return False
    return _indent_of(text) <= indent


def _scan_line(lines: list[str], line: int, limit: int, depth: int) -> tuple[int, int, bool, bool]:
    """Return the bracket depth after a physical line, the next line, whether a quote is open, whether it goes on."""
    text, position = lines[line], 0
    while match := _NOTABLE.search(text, position):
        found = match[0]
        position = match.end()
        if match["quote"]:
            end, closed = string_end(text, match)
            if closed or len(match["quote"]) == 1:
                if not closed:
                    return (depth, line + 1, False, True) if text.endswith("\\") else (depth, line + 1, True, False)
                position = end
                continue
            closing = _triple_end(lines, line, limit, match["quote"], position)
            if closing is None:
                return depth, line + 1, True, False
            line, position = closing
            text = lines[line]
        elif found == "#":
            break
        elif found in "([{":
            depth += 1
        elif found in ")]}":
            depth -= 1
        else:
            return depth, line + 1, False, True
    return depth, line + 1, False, False


def _triple_end(lines: list[str], line: int, limit: int, quote: str, position: int) -> tuple[int, int] | None:
    """Return the line and column after the closing triple quote."""
    while line < limit:
        text = lines[line]
        while (found := text.find(quote, position)) >= 0:
            backslashes = len(text[:found]) - len(text[:found].rstrip("\\"))
            if backslashes % 2 == 0:
                return line, found + len(quote)
            position = found + 1
        line, position = line + 1, 0
    return None


def _indent_of(line: str) -> int:
    return indent_width(line[: len(line) - len(line.lstrip())])


def indent_width(blank: str) -> int:
    return len(blank) if "\t" not in blank else len(blank.expandtabs(_TAB))
