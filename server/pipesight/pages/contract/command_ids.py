"""The ids of the commands that the server executes, and of its notifications."""

from __future__ import annotations

COMMANDS_WITH_ANSWERS = (
    READ_OUTPUT := "pipesight.readOutput",
    SHOW_RUN := "pipesight.showRun",
    SHOW_RUNS := "pipesight.showRuns",
    COMPARE_RUNS := "pipesight.compareRuns",
    COMPARE_VALUES := "pipesight.compareValues",
    BLAME := "pipesight.blame",
    HISTORY := "pipesight.history",
    RUN_LABELS := "pipesight.runLabels",
    STATUS := "pipesight.status",
    CODE := "pipesight.code",
    READ_LOG := "pipesight.readLog",
    CALL_TOOL := "pipesight.callTool",
    SUM_UP_TABLE := "pipesight.sumUpTable",
    PROFILE_TABLE := "pipesight.profileTable",
    TABLE_COLUMNS := "pipesight.tableColumns",
    NEWEST_OUTPUT := "pipesight.newestOutput",
    EXPORT_TABLE := "pipesight.exportTable",
    PLAN_LOAD := "pipesight.planLoad",
    LOAD_VALUE := "pipesight.loadValue",
)
REFRESH = "pipesight.refresh"
STATUS_CHANGED = "pipesight/statusChanged"
