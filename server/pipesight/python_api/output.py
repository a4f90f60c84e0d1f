"""Output of the Python API, and the inputs and outputs of a step by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipesight.history import model
from pipesight.history.history import History
from pipesight.history.model import Visualization

from .named_lists import Columns, UnknownNameError, table
from .stored import ReadError, read_metadata


class Output:
    """One output of a step: an artifact."""

    def __init__(self, output: model.Output, history: History | None = None) -> None:
        self._output = output
        self._history = history

    @property
    def name(self) -> str:
        """The name of the output in its step."""
        return self._output.name

    @property
    def uri(self) -> str:
        """The URI or path of the artifact's folder."""
        return self._output.uri

    @property
    def type(self) -> str | None:
        """ZenML's artifact type, such as "DataArtifact"."""
        return self._output.type

    @property
    def is_regular(self) -> bool:
        """True if the step returned the value, False if it saved the value by a call under an output's name."""
        return self._output.is_regular

    @property
    def data_type(self) -> str | None:
        """The class of the value, as a dotted path."""
        return self._output.data_type

    @property
    def materializer(self) -> str | None:
        """The class of the materializer that saved it, as a dotted path."""
        return self._output.materializer

    @property
    def artifact_name(self) -> str | None:
        """The global name of the artifact, None in releases without such names."""
        return self._output.artifact

    @property
    def version(self) -> str | None:
        """The version of the artifact, None in releases without versions."""
        return self._output.version

    @property
    def metadata(self) -> dict[str, object]:
        """The metadata of the artifact by name: logged values, and those that ZenML's materializer recorded."""
        return read_metadata(self._history, self._output, self._output.metadata)

    @property
    def tags(self) -> list[str]:
        """The tags of the artifact, sorted."""
        return list(self._output.tags)

    @property
    def visualizations(self) -> list[Visualization]:
        """The files that ZenML stored to show the artifact: `type` (html, markdown, csv, image, json) and `uri`."""
        return list(self._output.visualizations)

    def read(self, output_data_type: type[Any] | None = None, materializer_class: type[Any] | None = None) -> Any:
        """Return the value, loaded as ZenML's materializer does it. Loading a pickle runs its code.

        `output_data_type` and `materializer_class` replace the recorded classes. Raises ReadError if the files are
        missing or damaged, or if this Python lacks a package for loading them.
        """
        from pipesight.outputs.reader.load import load
        from pipesight.outputs.reader.problem import Problem

        try:
            return load(
                self.uri,
                _path(materializer_class) or self.materializer or "",
                _path(output_data_type) or self.data_type or "",
            )
        except Problem as problem:
            raise ReadError(str(problem)) from problem

    def load(self) -> Any:
        """Return the value, as `read` does. Newer releases of ZenML use this name."""
        return self.read()

    def __repr__(self) -> str:
        return f"Output({self.name!r}, {self.data_type or 'unknown type'}, {self.uri})"

    def _repr_html_(self) -> str:
        return table(f"Output {self.name}", OUTPUT_COLUMNS, [self])


class Inputs(dict[str, Output]):
    """The inputs of a step by parameter. If a parameter took a list of outputs, it has the first of them here."""

    def __init__(self, inputs: Iterable[tuple[str, Output]]) -> None:
        super().__init__()
        self._all = list(inputs)
        for name, output in self._all:
            self.setdefault(name, output)

    def getlist(self, name: str) -> list[Output]:
        """Return all outputs that the parameter took, in order. The list is empty if there is no such parameter."""
        return [output for each, output in self._all if each == name]


class Outputs(Mapping[str, Output]):
    """The outputs of a step by name. A returned output replaces one that was saved by a call under the same name."""

    def __init__(self, step: str, outputs: Sequence[Output]) -> None:
        self._step = step
        self._outputs = {output.name: output for output in sorted(outputs, key=lambda each: each.is_regular)}
        self._outputs = dict(sorted(self._outputs.items()))
        self.count = len(outputs)

    def __getitem__(self, name: str) -> Output:
        if name not in self._outputs:
            raise UnknownNameError("output", name, self._outputs, f"step {self._step!r}")
        return self._outputs[name]

    def __contains__(self, name: object) -> bool:
        return name in self._outputs

    def __iter__(self) -> Iterator[str]:
        return iter(self._outputs)

    def __len__(self) -> int:
        return len(self._outputs)

    def __repr__(self) -> str:
        return repr(self._outputs)

    def _repr_html_(self) -> str:
        return table(f"Outputs of step {self._step!r}", OUTPUT_COLUMNS, self.values())

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)


def _path(cls: type[Any] | None) -> str | None:
    return f"{cls.__module__}.{cls.__qualname__}" if cls is not None else None


OUTPUT_COLUMNS = Columns[Output](("output", "type", "uri"), lambda it: (it.name, it.data_type or "", it.uri))
