"""Read the functions and parameters of steps. ZenML has moved their configurations three times."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from pipesight.history.sources.row import Row
from pipesight.history.sources.tables import Tables
from pipesight.history.sources.values import JSONObject, json_object, mapping


class StepConfigurations:
    """The configurations of the steps that `load` was given."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._of_step: dict[str, JSONObject] = {}
        self._of_plan: dict[tuple[str, str], JSONObject] = {}
        self._parsed: dict[object, JSONObject] = {}  # by text, because most runs of a pipeline have the same ones

    def load(self, rows: Sequence[Row]) -> None:
        """Read the configurations that the rows of the steps do not contain."""
        bare = [row for row in rows if not row.step_configuration and not row.parameters]
        if self._tables.has("step_configuration", "name", "config"):
            self._load_table([row.id for row in bare], {row.snapshot_id or row.deployment_id for row in bare} - {None})
        if self._tables.has("pipeline_deployment", "step_configurations"):
            plan = self._tables["pipeline_deployment"].c
            query = select(plan.id, plan.step_configurations)
            for plan_id, text in self._tables.among(query, plan.id, {row.deployment_id for row in bare} - {None}):
                for name, configuration in json_object(text).items():
                    self._of_plan[plan_id, name] = mapping(configuration)

    def _load_table(self, step_ids: list[str], plan_ids: Collection[str]) -> None:
        configuration = self._tables["step_configuration"].c
        plan = next((name for name in ("snapshot_id", "deployment_id") if name in configuration), None)
        if plan is not None:
            query = select(configuration[plan], configuration.name, configuration.config)
            for plan_id, name, text in self._tables.among(query, configuration[plan], plan_ids):
                self._of_plan[plan_id, name] = self._object(text)
        if "step_run_id" in configuration:
            query = select(configuration.step_run_id, configuration.config)
            for step_id, text in self._tables.among(query, configuration.step_run_id, step_ids):
                self._of_step[step_id] = self._object(text)

    def _object(self, text: object) -> JSONObject:
        if text not in self._parsed:
            self._parsed[text] = json_object(text)
        return self._parsed[text]

    def of(self, row: Row) -> tuple[str | None, Mapping[str, object]]:
        """Return the name of the step's function, None if unknown, and its parameters."""
        found = self._object(row.step_configuration) if row.step_configuration else self._of_step.get(row.id)
        if not found:
            found = self._of_plan.get((row.snapshot_id or row.deployment_id, row.name), {})
        source = mapping(found.get("spec")).get("source")
        entrypoint = row.entrypoint_name or mapping(source).get("attribute")
        if not entrypoint and isinstance(source, str):
            entrypoint = source.rsplit(".", 1)[-1]
        parameters = json_object(row.parameters) if row.parameters else None
        for part in ("config", "step_config_overrides"):
            parameters = parameters or mapping(mapping(found.get(part)).get("parameters"))
        return (entrypoint if isinstance(entrypoint, str) else None), parameters or {}
