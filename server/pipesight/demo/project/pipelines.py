"""The pipelines whose runs are in the sample history."""

from typing import Annotated

import numpy as np
import pandas as pd
from PIL import Image
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from zenml import pipeline, step
from zenml.types import HTMLString, MarkdownString


@step
def load_data(
    test_share: float = 0.4,
) -> tuple[Annotated[pd.DataFrame, "train"], Annotated[pd.DataFrame, "test"], Annotated[int, "n_rows"]]:
    """Load the measurements and split them."""
    frame = load_iris(as_frame=True).frame
    frame["species"] = [load_iris().target_names[target] for target in frame.pop("target")]
    shuffled = frame.sample(frac=1, random_state=7).reset_index(drop=True)
    size = int(len(shuffled) * test_share)
    return shuffled[size:].reset_index(drop=True), shuffled[:size].reset_index(drop=True), len(shuffled)


@step
def train(
    data: pd.DataFrame, strength: float = 1.0, iterations: int = 200
) -> tuple[
    Annotated[LogisticRegression, "model"], Annotated[float, "accuracy"], Annotated[dict[str, object], "params"]
]:
    """Fit the model to the training set."""
    features, target = data.drop(columns="species"), data["species"]
    model = LogisticRegression(C=strength, max_iter=iterations).fit(features, target)
    params = {"C": strength, "max_iter": iterations, "classes": list(model.classes_), "solver": model.solver}
    return model, round(float(model.score(features, target)), 4), params


@step
def evaluate(
    model: LogisticRegression, data: pd.DataFrame
) -> tuple[Annotated[float, "score"], Annotated[np.ndarray, "confusion"], Annotated[pd.DataFrame, "predictions"]]:
    """Score the model on the test set."""
    features = data.drop(columns="species")
    predictions = data.assign(predicted=model.predict(features), sure=model.predict_proba(features).max(axis=1))
    matrix = confusion_matrix(data["species"], predictions["predicted"])
    return round(float(model.score(features, data["species"])), 4), matrix, predictions


@pipeline
def training_pipeline(strength: float = 1.0):
    """Train and evaluate."""
    train_set, test_set, _ = load_data()
    model, _, _ = train(train_set, strength=strength)
    evaluate(model, test_set)


@step
def draw(data: pd.DataFrame) -> Annotated[Image.Image, "scatter"]:
    """Draw petal length against petal width."""
    colours = {"setosa": (230, 126, 34), "versicolor": (39, 174, 96), "virginica": (41, 128, 185)}
    image = Image.new("RGB", (360, 240), (250, 250, 250))
    for length, width, species in data[["petal length (cm)", "petal width (cm)", "species"]].itertuples(index=False):
        x, y = int(20 + length * 46), int(220 - width * 76)
        for i in range(-3, 4):
            for j in range(-3, 4):
                if i * i + j * j <= 9 and 0 <= x + i < 360 and 0 <= y + j < 240:
                    image.putpixel((x + i, y + j), colours[species])
    return image


@step
def write(
    data: pd.DataFrame, fail: bool = False
) -> tuple[Annotated[HTMLString, "page"], Annotated[MarkdownString, "notes"]]:
    """Write the report."""
    if fail:
        raise RuntimeError("The report's template is missing.")
    means = data.groupby("species").mean(numeric_only=True).round(2)
    notes = f"# Iris\n\n* {len(data)} flowers\n* {data['species'].nunique()} species\n"
    return HTMLString(f"<h1>Iris</h1>{means.to_html()}"), MarkdownString(notes)


@pipeline
def report_pipeline(fail: bool = False):
    """Draw and write the report."""
    train_set, _, _ = load_data()
    draw(train_set)
    write(train_set, fail=fail)
