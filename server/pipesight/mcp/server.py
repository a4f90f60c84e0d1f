"""Serve the tools over the Model Context Protocol on standard input and output, with the official SDK."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, get_args

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, ToolAnnotations
from pydantic import Field

from pipesight import __version__
from pipesight.logs import redact
from pipesight.pages.command_error import CommandError

from . import untrusted
from .answers import OutputReading, PicturedReading
from .results import result
from .tools import Tools
from .workbench import Workbench

_INSTRUCTIONS = f"""Pipesight reads the run history of ZenML pipelines.
It changes nothing and runs no code of an artifact.
Begin with list_pipelines. To learn why a run failed, call describe_run. {untrusted.NOTICE}"""
_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def _server_of(workbench: Workbench) -> MCPServer:
    """Return a server whose tools use this workbench."""
    server = MCPServer(
        "pipesight", title="Pipesight", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING"
    )
    for tool in Tools(workbench).all():
        description = f"{tool.__doc__} {untrusted.NOTICE}"
        server.add_tool(_for_the_sdk(tool), description=description, annotations=_READ_ONLY)
    return server


def serve(workbench: Workbench) -> None:
    """Serve the tools until the client closes standard input."""
    try:
        _server_of(workbench).run("stdio")
    finally:
        workbench.close()


def _for_the_sdk(tool: Callable[..., object]) -> Callable[..., object]:
    """Return the tool in the form that the SDK takes. A CommandError becomes an error that the client gets."""

    @functools.wraps(tool)
    def called(**arguments: object) -> object:
        try:
            answer = tool(**arguments)
        except CommandError as error:
            raise ToolError(untrusted.text(redact(str(error)), 1_000)) from None
        return result(answer.reading, answer.picture) if isinstance(answer, PicturedReading) else result(answer)

    called.__signature__ = _signature(tool)  # type: ignore[attr-defined]
    return called


def _signature(tool: Callable[..., object]) -> inspect.Signature:
    """Return the tool's signature with pydantic's fields, from which the SDK makes the schemas."""
    own = inspect.signature(tool, eval_str=True)
    parameters = [each.replace(annotation=_with_field(each.annotation)) for each in own.parameters.values()]
    answer = OutputReading if own.return_annotation is PicturedReading else own.return_annotation
    return own.replace(parameters=parameters, return_annotation=Annotated[CallToolResult, answer])


def _with_field(annotation: object) -> object:
    kind, described = get_args(annotation)
    return Annotated[kind, Field(**{name: value for name, value in asdict(described).items() if value is not None})]
