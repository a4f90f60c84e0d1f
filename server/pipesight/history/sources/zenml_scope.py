"""The rows of one project in ZenML's SQL store."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.sql.selectable import FromClause

from pipesight.history.sources.tables import Query


@dataclass(frozen=True, slots=True)
class ProjectScope:
    """The filter that leaves out other projects.

    `column` holds the project of a row. It is empty in releases without projects. Without `project` all rows count.
    """

    column: str
    project: str | None

    def of(self, query: Query, rows: FromClause) -> Query:
        """Return the query for rows of the project only. Rows without that column belong to all projects."""
        if self.project is None or self.column not in rows.c:
            return query
        return query.where(rows.c[self.column] == self.project)
