"""Restrict queries of ZenML's SQL store to one project."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_
from sqlalchemy.sql.selectable import FromClause, TableClause

from pipesight.history.sources.tables import SQLQuery

_WORKSPACE = "workspace_id"
_OF_ALL_WORKSPACES = ("model", "model_version", "run_template")  # ZenML lists their rows in each workspace


@dataclass(frozen=True, slots=True)
class ProjectScope:
    """The filter for the rows of one project.

    `column` is the name of the column with the project. It is empty in releases without projects. If `project` is None,
    all rows match.
    """

    column: str
    project: str | None

    def of(self, query: SQLQuery, rows: FromClause) -> SQLQuery:
        """Return the query, restricted to the project. A table without the column belongs to all projects."""
        if self.project is None or self.column not in rows.c:
            return query
        return query.where(rows.c[self.column] == self.project)

    def of_names(self, query: SQLQuery, rows: TableClause) -> SQLQuery:
        """Return the query of named objects, restricted to those that ZenML lists in the project.

        An object without a project belongs to all of them, such as ZenML's own flavors.
        """
        if self.column == _WORKSPACE and rows.name in _OF_ALL_WORKSPACES:
            return query
        if self.project is None or self.column not in rows.c:
            return query
        column = rows.c[self.column]
        return query.where(or_(column == self.project, column.is_(None)))
