"""Find the pipelines that a run configuration in YAML configures, with their steps and parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from pipesight.code.model import Thing
from pipesight.code.run_configuration import ConfiguredName, RunConfiguration, parse
from pipesight.history.model import Step
from pipesight.zenml.kinds import Kind, Which

from .context import Context
from .documents import View
from .file_uris import to_path
from .find import invoked
from .places import Place

_STEPS = re.compile(r"^steps\s*:", re.MULTILINE)  # a quick test, so that other YAML files are not parsed


@dataclass(frozen=True, slots=True)
class ConfiguredPipelines:
    """A run configuration, and the pipelines that code configures with its file.

    If `pipelines` is empty, the configuration may be for any pipeline.
    """

    context: Context
    configuration: RunConfiguration
    pipelines: tuple[str, ...] = ()

    @property
    def pipeline(self) -> str | None:
        """The name of the pipeline if there is exactly one, else None."""
        return self.pipelines[0] if len(self.pipelines) == 1 else None

    def recorded_steps(self) -> dict[str, Step]:
        """Return the newest step of each name in the runs of the pipelines, by name."""
        history = self.context.history
        steps = [step for name in self.pipelines or (None,) for step in history.step_names(name)]
        return {step.name: step for step in steps if not step.name.startswith("map:")}

    def called_steps(self) -> list[str]:
        """Return the names of the steps that the workspace's code calls in the bodies of the pipelines."""
        called = (each for said in self.context.places.pipelines() for each in said.called)
        steps = (step for pipeline, step in called if not self.pipelines or pipeline in self.pipelines)
        return list(dict.fromkeys(step for step in steps if not step.startswith("map:")))

    def parameters(self, step: str | None) -> list[str] | None:
        """Return the parameters of a step, or with None those of the pipelines, in the workspace's code.

        Return None if they are not certain.
        """
        found = list(self._definitions_of(step) if step is not None else self._pipeline_definitions())
        if not found or any(each.parameters is None for each in found):
            return None
        return list(dict.fromkeys(name for each in found for name in each.parameters or ()))

    def thing(self, name: ConfiguredName) -> Thing:
        """Return the thing that a name denotes: a step of the pipeline's last run, or a parameter of a step or run."""
        run = None
        if self.pipeline is not None:
            run = Thing(Kind.RUN, which=Which.LAST, owner=Thing(Kind.PIPELINE, self.pipeline))
        if name.kind is Kind.STEP:
            return Thing(Kind.STEP, name.name, owner=run)
        owner = Thing(Kind.STEP, name.step, owner=run) if name.step is not None else run
        return Thing(name.kind, name.name, owner=owner)

    def _definitions_of(self, step: str) -> Iterable[Place]:
        recorded = self.recorded_steps().get(step)
        names = dict.fromkeys((step, invoked(step), (recorded.entrypoint if recorded is not None else None) or step))
        return [each for name in names for each in self.context.places.definitions(Kind.STEP, name)]

    def _pipeline_definitions(self) -> Iterator[Place]:
        for each in self.context.places.all():
            is_pipeline = each.is_definition and each.thing.kind is Kind.PIPELINE
            if is_pipeline and (not self.pipelines or each.thing.name in self.pipelines):
                yield each


def configured_by(context: Context, view: View, *, without_line: int | None = None) -> ConfiguredPipelines | None:
    """Return the run configuration in an open document, as `configured` does.

    `without_line` is the number of a line to leave out, because the user is typing there.
    """
    text = view.text.text
    if without_line is not None:
        lines = text.split("\n")
        lines[without_line : without_line + 1] = [""]
        text = "\n".join(lines)
    return configured(context, to_path(view.uri), text)


def configured(context: Context, path: str | None, text: str) -> ConfiguredPipelines | None:
    """Return the run configuration in a YAML file.

    Return None if the file is something else: no code configures a pipeline with it, and it looks unlike a run
    configuration. Also return None while the history or the workspace's files are unknown.
    """
    if context.history.is_empty or not context.places.is_known:
        return None
    pipelines = tuple(dict.fromkeys(_pipelines_of(context, path))) if path is not None else ()
    if not pipelines and _STEPS.search(text) is None:
        return None
    configuration = parse(text) or (RunConfiguration((), has_shape=False) if pipelines and not text.strip() else None)
    if configuration is None or not (pipelines or configuration.has_shape):
        return None
    return ConfiguredPipelines(context, configuration, pipelines)


def _pipelines_of(context: Context, path: str) -> Iterator[str]:
    """Yield the pipelines that code configures with this file."""
    for said in context.places.pipelines():
        for pipeline, written in said.configured:
            if names_file(written, path):
                yield pipeline


def names_file(written: str, path: str) -> bool:
    """Return whether a path in code may mean the file.

    A path in code may be relative to any folder, so it matches if the path of the file ends with it.
    """
    parts = [part for part in PurePath(written.replace("\\", "/")).parts if part not in (".", "..")]
    return bool(parts) and PurePath(path).parts[-len(parts) :] == tuple(parts)
