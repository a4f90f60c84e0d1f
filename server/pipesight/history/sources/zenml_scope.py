"""Restrict queries of ZenML's SQL store to one project."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.sql.selectable import FromClause

from pipesight.history.sources.tables import Query


@dataclass(frozen=True, slots=True)
class ProjectScope:
    """The filter for the rows of one project.

    `column` is the name of the column with the project. It is empty in releases without projects. If `project` is None,
    all rows match.
    """

    column: str
    project: str | None

    def of(self, query: Query, rows: FromClause) -> Query:
        """Return the query, restricted to the project. A table without the column belongs to all projects."""
        if self.project is None or self.column not in rows.c:
            return query
        return query.where(rows.c[self.column] == self.project)
