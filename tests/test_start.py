"""The start of the server: which classes and modules are left for later."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import attrs
from lsprotocol import converters
from lsprotocol import types as lsp

# What a program says of every class of the protocol, built late: how many are built, and the fields of each.
_BUILT_LATE = """
from pipesight.protocol_types import build_when_used
build_when_used()
from lsprotocol import types as lsp
from pipesight.lsp.server import server
from tests.test_start import fields_of, is_built, protocol_classes
classes = protocol_classes()
print(sum(map(is_built, classes)), len(classes))
print(lsp.Position(1, 2) == lsp.Position(line=1, character=2), lsp.Range(lsp.Position(1, 2), lsp.Position(3, 4)))
for each in classes:
    print(fields_of(each))
print(sum(map(is_built, classes)))
"""


def protocol_classes() -> list[type]:
    """Return the classes that lsprotocol defines with attrs, in the order of their names."""
    named = sorted(vars(lsp).items())
    return [each for _, each in named if isinstance(each, type) and "__attrs_attrs__" in vars(each)]


def is_built(class_: type) -> bool:
    """Whether attrs has looked at the class."""
    return isinstance(vars(class_)["__attrs_attrs__"], tuple)


def fields_of(class_: Any) -> str:
    """Return what makes a class of the protocol: the names of its fields, their types and defaults, and its methods."""
    fields = [(field.name, field.type, field.default, field.validator is None) for field in attrs.fields(class_)]
    methods = [name for name in ("__init__", "__eq__", "__repr__", "__setattr__") if name in vars(class_)]
    return f"{class_.__name__} {fields} {class_.__match_args__} {methods} {class_.__hash__ is None}"


def test_the_classes_of_the_protocol_are_built_when_they_are_used() -> None:
    """They have the fields, the order and the methods that lsprotocol gives them."""
    done = subprocess.run([sys.executable, "-c", _BUILT_LATE], capture_output=True, text=True, check=True)
    counts, position, *late, all_built = done.stdout.splitlines()

    converters.get_converter()  # resolves the names in all annotations
    at_first, number = map(int, counts.split())
    assert at_first < number / 5
    assert position == f"True {lsp.Range(lsp.Position(1, 2), lsp.Position(3, 4))}"
    assert int(all_built) == number
    assert late == [fields_of(each) for each in protocol_classes()]
