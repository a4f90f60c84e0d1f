"""The MCP server: the tools on standard input and output, over the official SDK."""

from __future__ import annotations

import functools
from collections.abc import Callable

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from pipesight import __version__
from pipesight.cli.asked import CommandError
from pipesight.logs import redact

from . import untrusted
from .tools import Tools
from .workbench import Workbench

_INSTRUCTIONS = f"""Pipesight reads the run history of ZenML pipelines.
It changes nothing and runs no code of an artifact.
Begin with list_pipelines. To learn why a run failed, call describe_run. {untrusted.NOTICE}"""
_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def server_of(workbench: Workbench) -> MCPServer:
    """Return a server whose tools ask this workbench."""
    tools = Tools(workbench)
    server = MCPServer(
        "pipesight", title="Pipesight", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING"
    )
    offered: tuple[Callable[..., object], ...] = (
        tools.list_pipelines,
        tools.list_runs,
        tools.describe_run,
        tools.compare_runs,
        tools.read_output,
        tools.find_names,
        tools.check_code,
    )
    for tool in offered:
        description = f"{tool.__doc__} {untrusted.NOTICE}"
        server.add_tool(_explained(tool), description=description, annotations=_READ_ONLY)
    return server


def serve(workbench: Workbench) -> None:
    """Serve the tools until the client closes standard input."""
    try:
        server_of(workbench).run("stdio")
    finally:
        workbench.close()


def _explained(tool: Callable[..., object]) -> Callable[..., object]:
    """Make what a person is told an error that the client reads. It has the next step."""

    @functools.wraps(tool)
    def explained(**arguments: object) -> object:
        try:
            return tool(**arguments)
        except CommandError as error:
            raise ToolError(untrusted.text(redact(str(error)), 1_000)) from None

    return explained
