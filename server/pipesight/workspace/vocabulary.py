"""Find the words that fit in code beside names: versions, tags, projects, metadata keys, statuses and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipesight.code.model import CallDetails, Thing
from pipesight.history.history import History
from pipesight.history.model import Details, Entity, Metadata, ModelVersion, Output, Run, Step
from pipesight.zenml.kinds import Detail, Kind
from pipesight.zenml.releases import columns, stages, statuses

from .context import Context
from .find import LATEST, Found, history_in, history_of, linked_artifacts, model_version

_FORMS = ("desc", "asc")
_FIRST = ("created", "updated", "name", "start_time", "end_time")  # common columns to sort by, which come first


@dataclass(frozen=True, slots=True)
class Term:
    """A word that fits. `fact` is a short fact about it, and `more` are further details."""

    name: str
    fact: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """A place in code that takes a word: the kind of the word, its owner, and the details of the call."""

    kind: Kind
    owner: Thing | None = None
    details: CallDetails = ()

    @classmethod
    def of(cls, word: Thing) -> Asking:
        """Return the place in code that a word already occupies."""
        return cls(word.kind, word.owner, word.details)

    def detail(self, detail: Detail) -> str:
        """Return a detail of the call as text, empty if it is missing or not certain."""
        return str(dict(self.details).get(detail) or "")


def terms(context: Context, asking: Asking) -> tuple[Term, ...] | None:
    """Return the words that fit, None while they are not known."""
    if asking.kind in _FROM_RELEASE:
        return tuple(_FROM_RELEASE[asking.kind](context, asking))
    if asking.kind is Kind.PROJECT:
        return tuple(_projects(context.history))
    history = asked_history(context, asking)
    if history is None:
        return None
    if asking.kind is Kind.VERSION:
        return _versions(history, asking.owner)
    found = entities(history, asking)
    return None if found is None else tuple(_entity_term(each) for each in found)


def asked_history(context: Context, asking: Asking) -> History | None:
    """Return the history of the project that the code names. None if the project is not certain."""
    of_owner = history_of(context.history, asking.owner) if asking.owner is not None else context.history
    return history_in(of_owner, asking.details) if of_owner is not None else None


def entities(history: History, asking: Asking) -> tuple[Entity, ...] | None:
    """Return the named objects of the kind that fits, of the type that the code names. None while they are unknown."""
    found = history.entities(asking.kind.value)
    type_ = asking.detail(Detail.TYPE)
    if found is None or not type_:
        return found
    return tuple(each for each in found if dict(each.facts).get("type", type_) == type_)


def _entity_term(entity: Entity) -> Term:
    facts = list(dict(entity.facts).values())
    return Term(entity.name, " ".join(facts[:1]), " ".join(facts[1:2]))


def _projects(history: History) -> Iterator[Term]:
    active = history.project()
    for project in history.projects():
        yield Term(project.name, "active" if project == active else "")


def _statuses(context: Context, asking: Asking) -> Iterator[Term]:
    return map(Term, statuses(asking.detail(Detail.CALL), context.zenml))


def _stages(context: Context, asking: Asking) -> Iterator[Term]:
    return map(Term, stages(context.zenml))


def _columns(context: Context, asking: Asking) -> Iterator[Term]:
    """Yield the values of `sort_by`: the most common first, then each column, then each in both directions."""
    names = sorted(columns(asking.detail(Detail.CALL), context.zenml), key=_rank)
    usual = [f"{form}:{name}" for name in names[:1] for form in _FORMS]
    both = [f"{form}:{name}" for form in _FORMS for name in names]
    return map(Term, dict.fromkeys((*usual, *names, *both)))


def _rank(column: str) -> tuple[int, str]:
    return _FIRST.index(column) if column in _FIRST else len(_FIRST), column


_FROM_RELEASE: Mapping[Kind, Callable[[Context, Asking], Iterable[Term]]] = {
    Kind.STATUS: _statuses,
    Kind.STAGE: _stages,
    Kind.COLUMN: _columns,
}


# Versions


def _versions(history: History, owner: Thing | None) -> tuple[Term, ...] | None:
    if owner is None or owner.name is None:
        return None
    if owner.kind is Kind.MODEL:
        models = history.model_versions(owner.name)
        return None if models is None else tuple(_model_terms(models))
    versions = artifact_versions(history, owner)
    return None if versions is None else tuple(_artifact_term(history, each) for each in versions if each.version)


def artifact_versions(history: History, artifact: Thing) -> tuple[Output, ...] | None:
    """Return the versions of an artifact, None while they are not known.

    If the code gets the artifact from a model version, return only those that belong to it.
    """
    if artifact.owner is not None and artifact.owner.kind is Kind.MODEL:
        linked = linked_artifacts(history, artifact.owner)
        return None if linked is None else tuple(each for each in linked if each.artifact == artifact.name)
    return history.artifact_versions(artifact.name) if artifact.name is not None else None


def _artifact_term(history: History, version: Output) -> Term:
    made = history.location(version)
    return Term(version.version or "", made[1].name if made is not None else "", ", ".join(version.tags))


def _model_terms(versions: tuple[ModelVersion, ...]) -> Iterator[Term]:
    """Yield the words for versions of a model: their names, their stages, and `latest`."""
    for each in versions:
        number = f"number {each.number}" if each.name != str(each.number) else ""
        yield Term(each.name, each.stage or number, ", ".join(each.tags))
    for each in versions:
        if each.stage:
            yield Term(each.stage, f"version {each.name}")
    if versions:
        yield Term(LATEST, f"version {versions[0].name}")


# Metadata keys


def metadata_of(
    context: Context, owner: Thing | None, found: Found, *, with_steps: bool = True
) -> Mapping[str, Metadata] | None:
    """Return the metadata of the run, step, output or model version that the code denotes. None if it is not known.

    If the code does not say which run of a pipeline it means, take the last one. `with_steps` adds the metadata of the
    run's steps as `STEP::KEY`, as ZenML's full metadata of a run has it.
    """
    if owner is None:
        return None
    history = context.history_of(owner)
    if owner.kind is Kind.MODEL:
        version = model_version(history, owner)
        return version.metadata if version is not None else None
    thing = found.of(owner.kind)
    if thing is None and owner.kind is Kind.RUN and found.pipeline is not None:
        thing = history.last_run(found.pipeline.name)
    if isinstance(thing, Output) and found.step is not None:  # outputs from the list of artifacts have no metadata
        thing = next((each for each in history.outputs(found.step) or () if each.id == thing.id), thing)
    logged = history.details(thing) if isinstance(thing, Run) else thing
    if not isinstance(logged, Details | Step | Output):
        return None
    steps = history.steps(thing) or () if isinstance(thing, Run) and with_steps else ()
    return {
        **logged.metadata,
        **{f"{step.name}::{key}": value for step in steps for key, value in step.metadata.items()},
    }
