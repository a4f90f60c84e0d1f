"""Find outputs whose files are missing."""

from __future__ import annotations

from collections.abc import Iterator

from pipesight.zenml.kinds import Kind

from .checked import CheckedDocument
from .finding import Finding

_CODE = "missing-artifact"


def find(checked: CheckedDocument) -> Iterator[Finding]:
    """Yield the outputs that a document reads and whose files are known to be missing."""
    for site in checked.certain_sites(Kind.OUTPUT, Kind.ARTIFACT):
        found = checked.context.find(site.thing)
        output, run = found.output, found.run
        if output is None or found.assumed or run is None or not checked.context.output_files.is_gone(output.uri):
            continue
        what = f"The value of output {output.name!r} of run {run.name!r} is gone"
        yield Finding(_CODE, site.span, f"{what}: {output.uri} does not exist any more.")
