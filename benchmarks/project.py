"""A generated project of 167 files and 67,000 lines: modules that import each other, some of which read the history."""

from __future__ import annotations

from pathlib import Path

PACKAGES = 12
MODULES = 10  # in each package
READERS = 3
TOWERS = 4  # packages of functions that call each other across files
LEVELS = 8  # files in each of them

_FUNCTION = '''

def prepare_{n}(rows: list[dict[str, float]], limit: int = {n}) -> dict[str, float]:
    """Prepare the part {n} of the data."""
    total: dict[str, float] = {{}}
    for index, row in enumerate(rows):
        if index > limit:
            break
        for name, value in row.items():
            if name.startswith("skip"):
                continue
            total[name] = total.get(name, 0.0) + value * {n}
    scaled = {{name: value / max(1, len(rows)) for name, value in total.items()}}
    return dict(sorted(scaled.items()))


class Loader{n}(Base):
    """Load the part {n}."""

    source = "part_{n}"

    def __init__(self, folder: str, *, retries: int = 3) -> None:
        super().__init__(folder)
        self.retries = retries
        self.parts = [f"{{self.source}}_{{each}}" for each in range({n} % 7)]

    def load(self) -> list[dict[str, float]]:
        for attempt in range(self.retries):
            try:
                return self.read(self.source, attempt)
            except OSError as error:
                self.log.warning("attempt %s failed: %s", attempt, error)
        return []
'''
_BASE = '''"""What all loaders share."""

import json
import logging
from pathlib import Path


class Base:
    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self.log = logging.getLogger(type(self).__name__)

    def read(self, source: str, attempt: int) -> list[dict[str, float]]:
        return json.loads((self.folder / f"{source}-{attempt}.json").read_text())
'''
_STEPS = """

@step
def train_{n}(rows: list[dict[str, float]]) -> Annotated[float, "accuracy_{n}"]:
    return sum(prepare_{n}(rows).values())


@pipeline(name="{pipeline}")
def pipeline_{n}(folder: str = "data"):
    train_{n}(Loader{n}(folder).load())


def previous_{n}(name: str, step_name: str = "train_{n}"):
    run = Client().get_pipeline(name).last_run
    return run.steps[step_name].output.load()
"""
_READER = '''"""Report {n}."""

from zenml.client import Client

from app.history import last_run
{imports}

client = Client()


def report(pipeline: str = "training_pipeline"):
    run = client.get_pipeline("training_pipeline").last_run
    other = last_run("training_pipeline")
    print(other.steps["trainer"].outputs["output"][0].load())
    return run.steps["trainer"].output.load(), run.steps["evaluater"].status


print(report(), previous_0("pipeline_0_0"))
'''
_HISTORY = '''"""How the project reads its history."""

from zenml.client import Client


def last_run(pipeline: str):
    return Client().get_pipeline(pipeline).last_run
'''
_LEVEL = '''

def level{level}_{n}(name: str, options: dict[str, str], verbose: bool = False):
    """Sum up the part {n} on level {level}."""
    rows = []
    for key, value in options.items():
        if verbose and key.startswith("x"):
            print(key, value)
        rows.append((key, value))
    run = Client().get_pipeline(name).last_run
    total = {{"run": run, "rows": rows}}
'''


def generate(root: Path) -> Path:
    """Write the project below `root`. Return the file whose hover is measured."""
    app = root / "app"
    for package in range(PACKAGES):
        folder = app / f"part{package}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").write_text("")
        for module in range(MODULES):
            (folder / f"module{module}.py").write_text(_module(package, module))
    for tower in range(TOWERS):
        folder = app / f"tower{tower}"
        folder.mkdir(parents=True, exist_ok=True)
        for level in range(LEVELS):
            (folder / f"level{level}.py").write_text(_level(tower, level))
    (app / "__init__.py").write_text("")
    (app / "base.py").write_text(_BASE)
    (app / "history.py").write_text(_HISTORY)
    for number in range(READERS):
        imported = [
            f"from app.part{each}.module{number} import pipeline_0, prepare_1, previous_0" for each in range(PACKAGES)
        ]
        (root / f"report{number}.py").write_text(_READER.format(n=number, imports="\n".join(imported)))
    (root / "pyproject.toml").write_text("[project]\nname = 'app'\n")
    return root / "report0.py"


def _module(package: int, module: int) -> str:
    base = f"from app.part{package}.module"
    head = [
        "from typing import Annotated",
        "",
        "from zenml import pipeline, step",
        "from zenml.client import Client",
        "",
        "from app.base import Base",
        *[f"{base}{other} import prepare_0 as other_{other}" for other in range(module)],
    ]
    functions = [_FUNCTION.format(n=number) for number in range(15)]
    pipeline = f"pipeline_{package}_{module}"
    return "\n".join(head) + "".join(functions) + _STEPS.format(n=0, pipeline=pipeline)


def _level(tower: int, level: int) -> str:
    """Functions that each call three of the level below: one with the name, one with a literal, one with a text."""
    below = level + 1
    names = ", ".join(f"level{below}_{number}" for number in range(10))
    text = "from zenml.client import Client\n"
    text += f"from app.tower{tower}.level{below} import {names}\n" if below < LEVELS else ""
    for number in range(10):
        text += _LEVEL.format(level=level, n=number)
        for each, name in enumerate(("name", f'"pipeline_{tower}_{number}"', f'name + "_{number}"')):
            called = f"level{below}_{(number + each) % 10}({name}, options, verbose)"
            text += f'    total["{each}"] = {called}\n' if below < LEVELS else ""
        text += "    return total\n"
    return text + (f'\n\nprint(level0_0("pipeline_{tower}_0", {{}}))\n' if not level else "")
