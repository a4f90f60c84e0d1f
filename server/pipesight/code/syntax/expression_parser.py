"""Parse tokens to the tree of an expression. It never fails, because a missing part becomes `Missing`."""

from __future__ import annotations

from collections.abc import Sequence
from keyword import kwlist

from .literals import content_of, number_of
from .tokens import STRING, Field, Token, TokenType, is_formatted, replacement_fields, tokens
from .tree import (
    Argument,
    Attribute,
    Await,
    BinOp,
    BoolOp,
    Call,
    Compare,
    Comprehension,
    Constant,
    Dict,
    DictComp,
    FormattedValue,
    GeneratorExp,
    IfExp,
    JoinedStr,
    Lambda,
    List,
    ListComp,
    Missing,
    Name,
    NamedExpr,
    Node,
    Set,
    SetComp,
    Slice,
    Starred,
    String,
    Subscript,
    Tuple,
    UnaryOp,
    Yield,
    YieldFrom,
    arg,
    comprehension,
)

_BINARY = {
    "|": 5,
    "^": 6,
    "&": 7,
    "<<": 8,
    ">>": 8,
    "+": 9,
    "-": 9,
    "*": 10,
    "/": 10,
    "//": 10,
    "%": 10,
    "@": 10,
    "**": 12,
}
_COMPARISON = 4
_UNARY = 11
_COMPARING = frozenset(("<", ">", "==", ">=", "<=", "!="))
CLOSING = frozenset((")", "]", "}"))
CONSTANTS = {"True": True, "False": False, "None": None}
# Words that cannot start an expression.
_RESERVED = frozenset(kwlist) - {"True", "False", "None", "lambda", "not", "await", "yield"}
_WORDS = _RESERVED | {"lambda", "not", "await", "yield"}
_ENDING = frozenset((",", ")", "]", "}", "=", ":"))  # characters that end an unclosed string


class ExpressionParser:
    """Recursive descent over the tokens of one logical line, or of a part of it."""

    def __init__(self, text: str, offset: int = 0, until: int | None = None) -> None:
        self.text = text
        if until is None:
            self.tokens: Sequence[Token] = tokens(text)
        else:
            moved = tokens(text[offset:until])
            self.tokens = [Token(t.type, t.text, t.start + offset, t.end + offset, t.closed) for t in moved]
        self.at = 0
        self.token = self.tokens[0]

    # Tokens

    def advance(self) -> Token:
        token = self.token
        if token.type is not TokenType.END:
            self.at += 1
            self.token = self.tokens[self.at]
        return token

    @property
    def last_end(self) -> int:
        return self.tokens[self.at - 1].end if self.at else 0

    def is_(self, text: str) -> bool:
        return self.token.text == text and self.token.type is not TokenType.STRING

    def take(self, text: str) -> bool:
        if self.is_(text):
            self.advance()
            return True
        return False

    def peek(self, distance: int = 1) -> Token:
        return self.tokens[min(self.at + distance, len(self.tokens) - 1)]

    def missing(self) -> Missing:
        return Missing(self.token.start, self.token.start)

    # Expressions

    def expressions(self) -> Node:
        """Parse one expression, or a bare tuple."""
        start = self.token.start
        first = self.starred()
        if not self.is_(","):
            return first
        items = [first]
        while self.take(","):
            if self.token.type is TokenType.END or self.token.text in ("=", ":", ";", ")", "]", "}") or self.is_("in"):
                break
            items.append(self.starred())
        return Tuple(start, self.last_end, items)

    def starred(self) -> Node:
        if self.token.type is TokenType.OPERATOR and self.token.text in ("*", "**"):
            start = self.advance().start
            value = self.binary(_COMPARISON + 1)
            return Starred(start, value.end, value)
        return self.expression()

    def target_list(self) -> Node:
        start = self.token.start
        first = self.target()
        if not self.is_(","):
            return first
        items = [first]
        while self.take(","):
            if self.is_("in"):
                break
            items.append(self.target())
        return Tuple(start, self.last_end, items)

    def target(self) -> Node:
        if self.is_("*"):
            start = self.advance().start
            value = self.binary(_COMPARISON + 1)
            return Starred(start, value.end, value)
        return self.binary(_COMPARISON + 1)

    def expression(self) -> Node:
        token = self.token
        if self.peek().text in _ENDING and token.type is not TokenType.OPERATOR and token.text not in _WORDS:
            return self.atom()  # as most expressions, it is one token
        if token.type is TokenType.NAME:
            if token.text == "lambda":
                return self.lambda_()
            if token.text == "yield":
                return self.yield_()
            if self.peek().text == ":=" and token.text not in _RESERVED:
                self.advance()
                self.advance()
                value = self.expression()
                return NamedExpr(token.start, value.end, Name(token.start, token.end, token.text), value)
        body = self.disjunction()
        if self.is_("if"):
            self.advance()
            test = self.disjunction()
            otherwise = self.expression() if self.take("else") else self.missing()
            return IfExp(body.start, max(self.last_end, body.end), test, body, otherwise)
        return body

    def lambda_(self) -> Node:
        start = self.advance().start
        parameters = self.parameters(":")
        self.take(":")
        body = self.expression()
        return Lambda(start, body.end, parameters, body)

    def yield_(self) -> Node:
        start = self.advance().start
        node = YieldFrom if self.take("from") else Yield
        if self.token.type is TokenType.END or self.token.text in CLOSING or self.token.text in (";", "="):
            return node(start, self.last_end, self.missing())
        value = self.expressions()
        return node(start, value.end, value)

    def disjunction(self) -> Node:
        left = self.conjunction()
        while self.is_("or"):
            self.advance()
            right = self.conjunction()
            left = BoolOp(left.start, right.end, "or", left, right)
        return left

    def conjunction(self) -> Node:
        left = self.negation()
        while self.is_("and"):
            self.advance()
            right = self.negation()
            left = BoolOp(left.start, right.end, "and", left, right)
        return left

    def negation(self) -> Node:
        if self.is_("not"):
            start = self.advance().start
            operand = self.negation()
            return UnaryOp(start, operand.end, "not", operand)
        return self.comparison()

    def comparison(self) -> Node:
        left = self.binary(_COMPARISON + 1)
        rest: list[tuple[str, Node]] = []
        while operator := self.comparing():
            rest.append((operator, self.binary(_COMPARISON + 1)))
        return Compare(left.start, rest[-1][1].end, left, rest) if rest else left

    def comparing(self) -> str | None:
        token = self.token
        if token.type is TokenType.OPERATOR:
            return self.advance().text if token.text in _COMPARING else None
        if token.type is not TokenType.NAME:
            return None
        if token.text == "in":
            return self.advance().text
        if token.text == "not" and self.peek().text == "in":
            self.advance()
            self.advance()
            return "not in"
        if token.text == "is":
            self.advance()
            return "is not" if self.take("not") else "is"
        return None

    def binary(self, level: int) -> Node:
        left = self.unary()
        while self.token.type is TokenType.OPERATOR:
            power = _BINARY.get(self.token.text)
            if power is None or power < level:
                break
            operator = self.advance().text
            right = self.binary(power if operator == "**" else power + 1)
            left = BinOp(left.start, max(right.end, self.last_end), operator, left, right)
        return left

    def unary(self) -> Node:
        token = self.token
        if token.type is TokenType.OPERATOR and token.text in ("-", "+", "~"):
            self.advance()
            operand = self.binary(_UNARY)
            return UnaryOp(token.start, operand.end, token.text, operand)
        if token.type is TokenType.NAME and token.text == "await":
            self.advance()
            value = self.primary()
            return Await(token.start, value.end, value)
        return self.primary()

    def primary(self) -> Node:
        start = self.token.start
        node = self.atom()
        while self.token.type is TokenType.OPERATOR:
            text = self.token.text
            if text == ".":
                node = self.attribute(node, start)
            elif text == "(":
                opened = self.advance().end
                arguments, closed = self.arguments(")")
                node = Call(start, self.closing_end(closed), node, arguments, opened, closed)
            elif text == "[":
                opened = self.advance().end
                index = self.subscript_index()
                closed = self.take("]")
                node = Subscript(start, self.closing_end(closed), node, index, opened, closed)
            else:
                break
        return node

    def closing_end(self, closed: bool) -> int:
        """Return the end of a bracket.

        An unclosed bracket ends at the next token, so that a cursor after a blank is inside it.
        """
        return self.last_end if closed else self.token.start

    def attribute(self, value: Node, start: int) -> Attribute:
        dot = self.advance()
        if self.token.type is TokenType.NAME:
            name = self.advance()
            return Attribute(start, name.end, value, name.text, name.start)
        return Attribute(start, dot.end, value, "", dot.end)

    def arguments(self, closing: str) -> tuple[list[Argument], bool]:
        arguments: list[Argument] = []
        while self.token.type is not TokenType.END and self.token.text not in CLOSING:
            before = self.at
            if self.is_(","):
                arguments.append(Argument(self.token.start, self.token.start, self.missing()))
            else:
                arguments.append(self.argument())
            if not self.take(",") and self.at == before:
                self.advance()
        return arguments, self.take(closing)

    def argument(self) -> Argument:
        token = self.token
        if token.type is TokenType.OPERATOR and token.text in ("*", "**"):
            self.advance()
            value = self.expression()
            return Argument(token.start, value.end, value, stars=len(token.text))
        if token.type is TokenType.NAME and self.peek().text == "=" and self.peek().type is TokenType.OPERATOR:
            self.advance()
            self.advance()
            value = self.expression()
            return Argument(token.start, max(value.end, self.last_end), value, keyword=token.text)
        value = self.expression()
        if self.at_comprehension():
            value = self.generators(GeneratorExp(value.start, value.end, value, []))
        return Argument(token.start, value.end, value)

    def subscript_index(self) -> Node:
        start = self.token.start
        items: list[Node] = []
        comma = False
        while self.token.type is not TokenType.END and self.token.text not in CLOSING:
            items.append(self.slice_item())
            comma = self.take(",")
            if not comma:
                break
        if not items:
            return Missing(start, start)
        if len(items) == 1 and not comma:
            return items[0]
        return Tuple(start, self.last_end, items)

    def slice_item(self) -> Node:
        start = self.token.start
        first = self.missing() if self.is_(":") else self.starred()
        if self.at_comprehension():
            return self.generators(GeneratorExp(first.start, first.end, first, []))
        if not self.is_(":"):
            return first
        parts = [first]
        while self.take(":"):
            ends = self.token.text in (":", ",", "]") or self.token.type is TokenType.END
            parts.append(self.missing() if ends else self.expression())
        return Slice(start, self.last_end, parts)

    def atom(self) -> Node:
        token = self.token
        if token.type is TokenType.NAME:
            if token.text in _RESERVED:
                return self.missing()
            self.advance()
            if token.text in CONSTANTS:
                return Constant(token.start, token.end, CONSTANTS[token.text])
            return Name(token.start, token.end, token.text)
        if token.type is TokenType.STRING:
            return self.strings()
        if token.type is TokenType.NUMBER:
            self.advance()
            return Constant(token.start, token.end, number_of(token.text))
        if token.text == "...":
            self.advance()
            return Constant(token.start, token.end, ...)
        if token.text == "(":
            return self.parenthesized()
        if token.text == "[":
            return self.list_()
        if token.text == "{":
            return self.braces()
        return self.missing()

    def parenthesized(self) -> Node:
        start = self.advance().start
        if self.take(")"):
            return Tuple(start, self.last_end, [])
        first = self.starred()
        if self.at_comprehension():
            return self.comprehended(")", GeneratorExp(start, start, first, []))
        if not self.is_(","):
            self.take(")")
            return first
        items = [first]
        if self.take(","):
            items += self.items(")")
        self.take(")")
        return Tuple(start, self.last_end, items)

    def list_(self) -> Node:
        start = self.advance().start
        if self.take("]"):
            return List(start, self.last_end, [])
        first = self.starred()
        if self.at_comprehension():
            return self.comprehended("]", ListComp(start, start, first, []))
        items = [first]
        if self.take(","):
            items += self.items("]")
        self.take("]")
        return List(start, self.last_end, items)

    def items(self, closing: str) -> list[Node]:
        items: list[Node] = []
        while self.token.type is not TokenType.END and not self.is_(closing):
            before = self.at
            items.append(self.starred())
            if not self.take(",") and not self.is_(closing):
                if self.token.text in CLOSING:
                    break
                if self.at == before:
                    self.advance()
        return items

    def braces(self) -> Node:
        start = self.token.start
        following = self.peek()
        if following.text == "}" and following.type is TokenType.OPERATOR:
            self.advance()
            self.advance()
            return Dict(start, self.last_end, [])
        self.advance()
        if not self.is_("**"):
            first = self.starred()
            if not self.is_(":"):
                return self.set_rest(start, first)
            self.advance()
            value = self.expression()
            if self.at_comprehension():
                return self.comprehended("}", DictComp(start, start, first, [], value))
            pairs: list[tuple[Node | None, Node]] = [(first, value)]
        else:
            self.advance()
            pairs = [(None, self.expression())]
        while self.take(","):
            if self.is_("}") or self.token.type is TokenType.END:
                break
            if self.take("**"):
                pairs.append((None, self.expression()))
            else:
                key = self.expression()
                pairs.append((key, self.expression() if self.take(":") else self.missing()))
        self.take("}")
        return Dict(start, self.last_end, pairs)

    def set_rest(self, start: int, first: Node) -> Node:
        if self.at_comprehension():
            return self.comprehended("}", SetComp(start, start, first, []))
        items = [first]
        if self.take(","):
            items += self.items("}")
        self.take("}")
        return Set(start, self.last_end, items)

    def at_comprehension(self) -> bool:
        return self.is_("for") or (self.is_("async") and self.peek().text == "for")

    def comprehended(self, closing: str, node: Comprehension) -> Node:
        """Read the generators of a comprehension and its closing bracket."""
        self.generators(node)
        self.take(closing)
        node.end = self.last_end
        return node

    def generators(self, node: Comprehension) -> Comprehension:
        while self.at_comprehension():
            self.take("async")
            opened = self.advance().start
            target = self.target_list()
            iterable = self.disjunction() if self.take("in") else self.missing()
            conditions: list[Node] = []
            while self.take("if"):
                conditions.append(self.condition())
            node.generators.append(comprehension(opened, self.last_end, target, iterable, conditions))
        node.end = self.last_end
        return node

    def condition(self) -> Node:
        if self.token.type is TokenType.NAME and (self.token.text == "lambda" or self.peek().text == ":="):
            return self.expression()
        return self.disjunction()

    # Strings

    def strings(self) -> Node:
        """Parse one literal, or adjacent literals."""
        parts: list[Node] = []
        while self.token.type is TokenType.STRING:
            token = self.advance()
            parts.append(self.string(token))
            if not token.closed:
                break
        return parts[0] if len(parts) == 1 else JoinedStr(parts[0].start, self.last_end, parts)

    def string(self, token: Token) -> Node:
        opening = STRING.match(token.text)
        assert opening is not None
        prefix, quote = opening["prefix"].lower(), opening["quote"]
        literal = String(
            token.start,
            token.end,
            "",
            token.start + opening.end(),
            token.end - (len(quote) if token.closed else 0),
            quote,
            token.closed,
            prefix,
        )
        if is_formatted(prefix):
            fields = replacement_fields(self.text, literal.inner_start, literal.inner_end)
            if fields:
                return JoinedStr(token.start, token.end, self.formatted(literal, fields))
        literal.text = content_of(self.text, literal)
        return literal

    def formatted(self, literal: String, fields: Sequence[Field]) -> list[Node]:
        """Parse the parts of an f-string: the text between its fields, and their expressions."""
        parts: list[Node] = []
        position = literal.inner_start
        for each in fields:
            parts += self.between(literal, position, each.start)
            value = ExpressionParser(self.text, each.start + 1, each.expression_end).expressions()
            parts.append(value if each.is_plain(self.text) else FormattedValue(value.start, value.end, value))
            position = each.end
        return parts + self.between(literal, position, literal.inner_end)

    def between(self, literal: String, start: int, end: int) -> list[Node]:
        if start == end:
            return []
        closed = literal.closed or end < literal.inner_end
        part = String(start, end, "", start, end, literal.quote, closed, literal.prefix)
        part.text = content_of(self.text, part)
        return [part]

    def parameters(self, closing: str) -> list[arg]:
        parameters: list[arg] = []
        while self.token.type is not TokenType.END and not self.is_(closing):
            before = self.at
            stars = 2 if self.take("**") else 1 if self.take("*") else 0
            if self.token.type is TokenType.NAME and self.token.text not in _RESERVED:
                name = self.advance()
                annotation = self.expression() if closing == ")" and self.take(":") else None
                default = self.expression() if self.take("=") else None
                parameters.append(arg(name.start, name.end, name.text, annotation, default, stars))
            self.take(",")
            if self.at == before:
                self.advance()
        return parameters
