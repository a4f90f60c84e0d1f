"""The tour: start the language server on the sample, send an editor's requests, and print the answers as text."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from pipesight import __version__
from pipesight.pages.contract.given import as_sent

from .terminal import bold, dim

_LOOKS = 600  # polls of 0.05 s, which is half a minute for a busy machine

# The files to show, and texts that their code lenses contain once the outputs are read.
_LENSES: dict[str, tuple[str, ...]] = {
    "inspect_run.py": ("4 runs",),
    "report.py": ("accuracy: 0.", "params: dict of", "confusion: int64", "scatter: 360 x 240"),
}


def show(folder: Path) -> int:
    """Run the tour over the sample in `folder`. Return the exit status."""
    logging.getLogger("pygls").setLevel(logging.ERROR)
    return asyncio.run(_Tour(folder).run())


class _Tour:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._client = LanguageClient("pipesight-demo", __version__)

    async def run(self) -> int:
        print(f"The sample project is in {self._folder}\n")
        with tempfile.TemporaryDirectory(prefix="pipesight-demo-") as cache:
            await self._start(cache)
            try:
                await self._look()
            finally:
                await self._client.shutdown_async(None)
                self._client.exit(None)
                await self._client.stop()
        print(_ENDING.format(folder=self._folder))
        return 0

    async def _start(self, cache: str) -> None:
        await self._client.start_io(sys.executable, "-m", "pipesight", "lsp")
        options = {"cacheFolder": cache}
        await self._client.initialize_async(
            lsp.InitializeParams(
                capabilities=lsp.ClientCapabilities(),
                root_uri=self._folder.as_uri(),
                workspace_folders=[lsp.WorkspaceFolder(self._folder.as_uri(), "sample")],
                initialization_options=options,
            )
        )
        self._client.initialized(lsp.InitializedParams())
        for _ in range(_LOOKS):
            status = await self._command("pipesight.status", {})
            if status["sources"] and all(source.get("synced_at") for source in status["sources"]):
                return
            await asyncio.sleep(0.05)
        raise RuntimeError("The index of the sample history was not ready within half a minute.")

    async def _look(self) -> None:
        for name, values in _LENSES.items():
            text = (self._folder / name).read_text(encoding="utf-8")
            uri = self._open(name, text)
            print(bold(name))
            await self._lenses(uri, text, values)
        legacy = (self._folder / "inspect_run.py").read_text(encoding="utf-8")
        await self._complete(legacy, 'get_pipeline(pipeline_name="')
        await self._complete(legacy, 'get_run(run_name="')
        await self._complete(legacy, "run.get_step(")
        await self._complete(legacy, 'step.outputs["')
        await self._hover(legacy, "training_pipeline")
        await self._hover(legacy, 'get_step(name="tra')
        await self._hover((self._folder / "report.py").read_text(encoding="utf-8"), 'outputs["accu', "report.py")
        print(bold("pipesight.readOutput: the side panel shows"))
        await self._read()

    def _open(self, name: str, text: str) -> str:
        uri = (self._folder / name).as_uri()
        item = lsp.TextDocumentItem(uri=uri, language_id="python", version=1, text=text)
        self._client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return uri

    async def _lenses(self, uri: str, text: str, values: Sequence[str]) -> None:
        above: dict[int, list[str]] = {}
        for _ in range(_LOOKS):  # the lenses get the values of outputs a moment later, as in an editor
            above = await self._above(uri)
            shown = str(above)
            if all(value in shown for value in values):
                break
            await asyncio.sleep(0.05)
        for number, line in enumerate(text.splitlines()):
            if number in above:
                print("    " + dim(" | ".join(above[number])))
            print("    " + line)
        print()

    async def _above(self, uri: str) -> dict[int, list[str]]:
        """Return the titles of the code lenses above each line, by line number from 0."""
        params = lsp.CodeLensParams(lsp.TextDocumentIdentifier(uri))
        above: dict[int, list[str]] = {}
        for lens in await self._client.text_document_code_lens_async(params) or ():
            if lens.command is not None:
                above.setdefault(lens.range.start.line, []).append(lens.command.title)
        return above

    async def _complete(self, text: str, start: str) -> None:
        head = text[: text.index(start) + len(start)]
        self._open("typed.py", head)
        print(bold(f"typing {head.splitlines()[-1]}|"))
        position = lsp.Position(head.count("\n"), len(head.rsplit("\n", 1)[-1]))
        identifier = lsp.TextDocumentIdentifier((self._folder / "typed.py").as_uri())
        answer: Any = await self._client.text_document_completion_async(lsp.CompletionParams(identifier, position))
        for item in answer.items if answer else ():
            written = item.text_edit.new_text if item.text_edit else item.label
            print(f"    {written:<42} {dim(item.detail or '')}")
        print()

    async def _hover(self, text: str, at: str, name: str = "inspect_run.py") -> None:
        head = text[: text.index(at) + len(at)]
        position = lsp.Position(head.count("\n"), len(head.rsplit("\n", 1)[-1]))
        identifier = lsp.TextDocumentIdentifier((self._folder / name).as_uri())
        answer = await self._client.text_document_hover_async(lsp.HoverParams(identifier, position))
        print(bold(f"hovering over {at.split(chr(34))[-1]} in {text.splitlines()[position.line].strip()}"))
        contents: Any = answer.contents if answer else None
        for line in contents.value.splitlines() if contents else ():
            print("    " + line)
        print()

    async def _read(self) -> None:
        from pipesight.outputs.preview import from_json
        from pipesight.outputs.render import to_text

        names = {"pipeline": "training_pipeline", "run": "first_training", "step": "load_data", "output": "test"}
        result = await self._command("pipesight.readOutput", names)
        print("    " + " / ".join(names.values()))
        for line in to_text(from_json(result["preview"]), rows=8).splitlines():
            print("    " + line)
        print()

    async def _command(self, name: str, argument: dict[str, Any]) -> Any:
        params = lsp.ExecuteCommandParams(name, [argument])
        return as_sent(await self._client.workspace_execute_command_async(params))


_ENDING = """To see this in an editor:
  VS Code   install the extension (`make package` makes it), then: code "{folder}"
  others    start the server with `pipesight lsp` (docs/editors has a page for each)"""
