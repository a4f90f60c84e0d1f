"""Find steps and parameters in run configurations that neither the code nor the history has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipesight.code.run_configuration import ConfiguredName
from pipesight.pages.words import first_names
from pipesight.workspace.configured import ConfiguredPipelines, configured
from pipesight.workspace.context import Context
from pipesight.workspace.find import invoked
from pipesight.zenml.kinds import Kind

from .checked import is_settled
from .finding import Finding, Fix
from .likeness import close_names
from .suppressed import is_suppressed

_CODE = "unknown-name"
_NAMES_LISTED = 5


def reported_in_configuration(context: Context, path: str | None, text: str) -> Iterator[Finding]:
    """Yield the findings to show in a run configuration in YAML."""
    found = configured(context, path, text)
    lines = text.split("\n")
    for finding in _findings(found) if found is not None else ():
        if not is_suppressed(context, finding, lines):
            yield finding


def _findings(configured: ConfiguredPipelines) -> list[Finding]:
    """Return the unknown names of a run configuration. There are none if the history is incomplete."""
    if not is_settled(configured.context.history):
        return []
    return [finding for name in configured.configuration.names for finding in _finding(configured, name)]


def _finding(configured: ConfiguredPipelines, name: ConfiguredName) -> Iterator[Finding]:
    if not name.name.isprintable() or any(letter in name.name for letter in "{}<>$"):
        return  # a placeholder in a template
    if name.kind is Kind.STEP:
        yield from _step(configured, name)
    else:
        yield from _parameter(configured, name)


def _step(configured: ConfiguredPipelines, name: ConfiguredName) -> Iterator[Finding]:
    recorded, called = configured.recorded_steps(), configured.called_steps()
    known = list(dict.fromkeys((*called, *recorded)))
    functions = {step.entrypoint for step in recorded.values()}
    names = {name.name, invoked(name.name)}
    says = any(configured.context.places.defines(Kind.STEP, each) for each in names)
    if known and not says and names.isdisjoint({*known, *functions}):
        whose = f"Pipeline {configured.pipeline!r}" if configured.pipeline is not None else "The history"
        yield _unknown(name, f"{whose} has no step {name.name!r}, so ZenML ignores its configuration.", known)


def _parameter(configured: ConfiguredPipelines, name: ConfiguredName) -> Iterator[Finding]:
    known = configured.parameters(name.step)
    if known is None or name.name in known:
        return
    if name.step is not None:
        recorded = configured.recorded_steps().get(name.step)
        if recorded is not None and name.name in recorded.parameters:
            return
        yield _unknown(name, f"Step {name.step!r} has no parameter {name.name!r}.", known)
    elif configured.pipelines:
        whose = f"Pipeline {configured.pipeline!r}" if configured.pipeline is not None else "The pipeline"
        yield _unknown(name, f"{whose} has no parameter {name.name!r}.", known)


def _unknown(name: ConfiguredName, message: str, known: Sequence[str]) -> Finding:
    close = close_names(name.name, known)
    if close:
        message += f" Did you mean {close[0]!r}?"
    elif known:
        message += f" There {'is' if len(known) == 1 else 'are'}: {first_names(known, _NAMES_LISTED)}"
    fixes = [Fix(f"Change to {other!r}", name.span, other, number == 0) for number, other in enumerate(close)]
    return Finding(_CODE, name.span, message, tuple(fix for fix in fixes if fix.text.isidentifier()))
