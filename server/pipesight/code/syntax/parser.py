"""Parse tokens to a tree of statements and expressions. It never fails, because a missing part becomes `Missing`.

Pipesight has its own parser because half-typed code is the main case. Each logical line is parsed by itself. So an
unclosed quote or bracket affects only its own line, and a keystroke costs the parsing of one line.
"""

from __future__ import annotations

from .expression_parser import CLOSING, CONSTANTS, ExpressionParser
from .tokens import Token, TokenType
from .tree import (
    AnnAssign,
    Assert,
    Assign,
    AugAssign,
    Branch,
    ClassDef,
    Decorator,
    Delete,
    Expr,
    For,
    FunctionDef,
    Global,
    Import,
    ImportFrom,
    Node,
    Return,
    With,
    arg,
    elements,
)

_AUGMENTED = frozenset(("+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", ">>=", "<<=", "**="))
_BRANCHES = frozenset(("if", "elif", "else", "while", "try", "except", "finally"))
HEADERS = _BRANCHES | frozenset(("def", "class", "for", "with", "async", "match", "case"))  # the first words of headers


def parse(text: str) -> list[Node]:
    """Return the statements of one logical line: simple ones, or a header with its inline body."""
    return _StatementParser(text).line()


def parse_part(text: str, start: int, end: int) -> Node:
    """Parse the expression from `start` to `end` of a logical line."""
    return ExpressionParser(text, start, end).expressions()


class _StatementParser(ExpressionParser):
    """Recursive descent over the statements of one logical line."""

    def line(self) -> list[Node]:
        statements: list[Node] = []
        while self.token.type is not TokenType.END:
            before = self.at
            if not self.take(";"):
                statements.append(self.statement())
            if self.at == before:
                self.advance()
        return statements

    def statement(self) -> Node:
        token = self.token
        if token.type is TokenType.NAME:
            if token.text == "async" and self.peek().text in ("def", "for", "with"):
                self.advance()
                token = self.token
            method = _STATEMENTS.get(token.text)
            if method is not None:
                return method(self)
            if token.text in ("match", "case") and self.is_soft_header():
                return self.soft_branch()
        elif token.text == "@" and token.type is TokenType.OPERATOR:
            self.advance()
            value = self.expression()
            return Decorator(token.start, value.end, value)
        return self.simple()

    def simple(self) -> Node:
        start = self.token.start
        first = self.expressions()
        if self.take(":"):
            annotation = self.expression()
            value = self.expressions() if self.take("=") else None
            return AnnAssign(start, self.last_end, first, annotation, value)
        if self.token.text in _AUGMENTED and self.token.type is TokenType.OPERATOR:
            self.advance()
            value = self.expressions()
            return AugAssign(start, self.last_end, first, value)
        if not self.is_("="):
            return Expr(start, self.last_end, first)
        targets = [first]
        while self.take("="):
            targets.append(self.expressions())
        return Assign(start, self.last_end, targets[:-1], targets[-1])

    def inline(self) -> list[Node]:
        self.take(":")
        return self.line()

    def import_(self) -> Node:
        start = self.advance().start
        names: list[tuple[str, str | None]] = []
        while self.token.type is TokenType.NAME:
            names.append((self.dotted(), self.alias()))
            if not self.take(","):
                break
        return Import(start, self.last_end, names)

    def from_import(self) -> Node:
        start = self.advance().start
        dots = ""
        while self.token.text in (".", "..."):
            dots += self.advance().text
        module = dots + ("" if self.is_("import") else self.dotted())
        names: list[tuple[str, str]] = []
        if self.take("import"):
            self.take("(")
            if self.take("*"):
                return ImportFrom(start, self.last_end, module, None)
            while self.token.type is TokenType.NAME:
                name = self.advance().text
                names.append((name, self.alias() or name))
                if not self.take(","):
                    break
            self.take(")")
        return ImportFrom(start, self.last_end, module, names)

    def dotted(self) -> str:
        parts: list[str] = []
        while self.token.type is TokenType.NAME and not self.is_("import"):
            parts.append(self.advance().text)
            if not self.take("."):
                break
        return ".".join(parts)

    def alias(self) -> str | None:
        if self.take("as") and self.token.type is TokenType.NAME:
            return self.advance().text
        return None

    def return_(self) -> Node:
        start = self.advance().start
        ended = self.token.type is TokenType.END or self.is_(";")
        value = None if ended else self.expressions()
        return Return(start, self.last_end, value)

    def delete(self) -> Node:
        start = self.advance().start
        value = self.expressions()
        return Delete(start, self.last_end, elements(value))

    def scope(self) -> Node:
        start = self.advance().start
        names: list[str] = []
        while self.token.type is TokenType.NAME:
            names.append(self.advance().text)
            self.take(",")
        return Global(start, self.last_end, names)

    def keyword_expression(self) -> Node:
        """Parse `raise a from b`, `pass`, `break` or `continue`."""
        start = self.advance().start
        if self.token.type is TokenType.END or self.is_(";"):
            return Expr(start, self.last_end, self.missing())
        value = self.expressions()
        if self.take("from"):
            self.expression()
        return Expr(start, self.last_end, value)

    def assert_(self) -> Node:
        start = self.advance().start
        test = self.expression()
        message = self.expression() if self.take(",") else None
        return Assert(start, self.last_end, test, message)

    def for_(self) -> Node:
        start = self.advance().start
        target = self.target_list()
        iterable = self.expressions() if self.take("in") else self.missing()
        return For(start, self.last_end, self.inline(), target, iterable)

    def branch(self) -> Node:
        token = self.advance()
        tests: list[Node] = []
        bound: list[str] = []
        self.take("*")
        if not self.is_(":") and self.token.type is not TokenType.END:
            tests.append(self.expressions())
            if name := self.alias():
                bound.append(name)
        return Branch(token.start, self.last_end, self.inline(), token.text, tests, bound)

    def is_soft_header(self) -> bool:
        following = self.peek()
        starts = following.type in (TokenType.NAME, TokenType.NUMBER, TokenType.STRING) or following.text in (
            "(",
            "[",
            "{",
            "-",
            "*",
        )
        return starts and following.text not in ("in", "is", "and", "or", "if") and self.colon_ahead()

    def colon_ahead(self) -> bool:
        depth = 0
        for token in self.tokens[self.at :]:
            if token.type is TokenType.OPERATOR:
                if token.text in ("(", "[", "{"):
                    depth += 1
                elif token.text in CLOSING:
                    depth -= 1
                elif depth == 0 and token.text == ":":
                    return True
                elif depth == 0 and (token.text == "=" or token.text in _AUGMENTED):
                    return False
        return False

    def soft_branch(self) -> Node:
        token = self.advance()
        if token.text == "match":
            subject = self.expressions()
            return Branch(token.start, self.last_end, self.inline(), "match", [subject])
        bound: list[str] = []
        tests: list[Node] = []
        depth = 0  # a colon inside brackets belongs to a mapping pattern, and does not end the header
        while (depth or not (self.is_(":") or self.is_("if"))) and self.token.type is not TokenType.END:
            if self.token.type is TokenType.STRING and self.peek(-1).text in ("case", "|", "("):
                tests.append(self.strings())
                continue
            part = self.advance()
            if part.type is TokenType.OPERATOR:
                depth += (part.text in ("(", "[", "{")) - (part.text in CLOSING)
            if part.type is TokenType.NAME and part.text not in CONSTANTS and self.token.text not in ("(", ".", "="):
                bound.append(part.text)
        if self.take("if"):
            tests.append(self.expression())
        return Branch(token.start, self.last_end, self.inline(), "case", tests, bound)

    def with_(self) -> Node:
        start = self.advance().start
        grouped = self.is_("(") and self.with_is_grouped()
        if grouped:
            self.advance()
        items: list[tuple[Node, Node | None]] = []
        while self.token.type is not TokenType.END and not self.is_(":") and not self.is_(")"):
            before = self.at
            value = self.expression()
            items.append((value, self.target() if self.take("as") else None))
            if not self.take(",") or self.at == before:
                break
        if grouped:
            self.take(")")
        return With(start, self.last_end, self.inline(), items)

    def with_is_grouped(self) -> bool:
        depth = 0
        for index in range(self.at, len(self.tokens)):
            token = self.tokens[index]
            if token.type is TokenType.OPERATOR and token.text in ("(", "[", "{"):
                depth += 1
            elif token.type is TokenType.OPERATOR and token.text in CLOSING:
                depth -= 1
                if depth == 0:
                    return self.tokens[min(index + 1, len(self.tokens) - 1)].text in (":", "")
        return False

    def def_(self) -> Node:
        start = self.advance().start
        name = self.defined_name()
        parameters: list[arg] = []
        if self.take("("):
            parameters = self.parameters(")")
            self.take(")")
        returns = self.expression() if self.take("->") else None
        return FunctionDef(start, self.last_end, self.inline(), name.text, name.start, parameters, returns)

    def class_(self) -> Node:
        start = self.advance().start
        name = self.defined_name()
        arguments = self.arguments(")")[0] if self.take("(") else []
        return ClassDef(start, self.last_end, self.inline(), name.text, name.start, arguments)

    def defined_name(self) -> Token:
        """Read the name of a function or class, empty while it is not typed, and skip its type parameters."""
        has_name = self.token.type is TokenType.NAME
        name = self.advance() if has_name else Token(TokenType.NAME, "", self.last_end, self.last_end)
        if self.take("["):
            self.items("]")
            self.take("]")
        return name


_STATEMENTS = {
    "import": _StatementParser.import_,
    "from": _StatementParser.from_import,
    "def": _StatementParser.def_,
    "class": _StatementParser.class_,
    "for": _StatementParser.for_,
    "with": _StatementParser.with_,
    "return": _StatementParser.return_,
    "del": _StatementParser.delete,
    "global": _StatementParser.scope,
    "nonlocal": _StatementParser.scope,
    "raise": _StatementParser.keyword_expression,
    "assert": _StatementParser.assert_,
    "pass": _StatementParser.keyword_expression,
    "break": _StatementParser.keyword_expression,
    "continue": _StatementParser.keyword_expression,
    **dict.fromkeys(_BRANCHES, _StatementParser.branch),
}
