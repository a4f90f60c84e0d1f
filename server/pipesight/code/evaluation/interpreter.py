"""Map each kind of expression to its evaluation, and start an evaluation of a chunk or of a function's body."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

from pipesight.code.syntax import tree
from pipesight.code.syntax.program import Chunk
from pipesight.code.syntax.tree import ClassDef, FunctionDef

from . import expressions
from .binding import bound_by, changed_names
from .calls import call
from .comparing import compare
from .evaluation import Evaluation, Interpreter, Outcome
from .functions import enter
from .members import attribute, subscript
from .statements import block, run_body
from .values import Arguments, Frame, FunctionValue, Module, reach

_INTERPRETER = Interpreter(
    {
        tree.Attribute: attribute,
        tree.Await: expressions.await_,
        tree.BinOp: expressions.bin_op,
        tree.BoolOp: expressions.bool_op,
        tree.Call: call,
        tree.Compare: compare,
        tree.Constant: expressions.constant,
        tree.Dict: expressions.dict_,
        tree.DictComp: expressions.comprehension,
        tree.FormattedValue: expressions.formatted_value,
        tree.GeneratorExp: expressions.comprehension,
        tree.IfExp: expressions.if_exp,
        tree.JoinedStr: expressions.joined_str,
        tree.Lambda: expressions.lambda_,
        tree.List: expressions.sequence,
        tree.ListComp: expressions.comprehension,
        tree.Name: expressions.name,
        tree.NamedExpr: expressions.named_expr,
        tree.Set: expressions.sequence,
        tree.SetComp: expressions.comprehension,
        tree.Slice: expressions.slice_,
        tree.Starred: expressions.starred_,
        tree.String: expressions.string,
        tree.Subscript: subscript,
        tree.Tuple: expressions.sequence,
        tree.UnaryOp: expressions.unary_op,
        tree.Yield: expressions.yield_,
        tree.YieldFrom: expressions.yield_from,
    },
    run_body,
)


def run_chunk(module: Module, chunk: Chunk, allowance: int) -> Outcome:
    """Run a chunk as its module does. It follows at most `allowance` calls."""
    ev = Evaluation(_INTERPRETER, module, chunk, allowance)
    frame = Frame(module)
    if _is_compound(chunk):
        ev.changing, counts = changed_names(chunk.units), Counter(bound_by(chunk.units))
        ev.outcome.rebound = frozenset(name for name, count in counts.items() if count > 1)
    block(ev, chunk.units, frame)
    ev.outcome.writes, ev.outcome.stack = frame.names, ev.stack
    ev.outcome.holding = [name for name, value in frame.names.items() if reach(value)]
    return ev.outcome


def _is_compound(chunk: Chunk) -> bool:
    """Return whether a chunk has several statements that run when it runs."""
    head = chunk.units[-1].header
    return not isinstance(head, (FunctionDef, ClassDef)) and (
        len(chunk.units) > 1 or head is not None or len(chunk.units[0].code.statements) > 1
    )


def run_function(
    module: Module, chunk: Chunk, function: FunctionValue, arguments: Arguments, allowance: int
) -> Outcome:
    """Run the body of a function in a chunk with its known arguments. It follows at most `allowance` calls."""
    ev = Evaluation(_INTERPRETER, module, chunk, allowance)
    ev.rebound = function.rebound
    with suppress(RecursionError):
        enter(ev, function, dict(arguments))
    ev.outcome.arguments, ev.outcome.stack = arguments, ev.stack
    return ev.outcome
