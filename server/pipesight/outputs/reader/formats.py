"""The table of formats: the files of each, and the functions that preview and load it."""

from __future__ import annotations

import fnmatch
import importlib
from typing import Any, Callable, Iterator, NamedTuple, Optional, Tuple

from .bounds import Picture
from .folder import Folder


class Format(NamedTuple):
    """One format.

    `preview` and `load` name functions as `module.function`. So a preview imports only the modules that it needs, and
    never those that load values. A preview function takes a folder, a path and a request. It returns None if the file
    has another format. A load function takes a folder, a path and the name of the value's class. Without a load
    function, the materializer's own class loads the value.
    """

    pattern: str  # the pattern of a path inside the artifact's folder
    preview: str
    load: str = ""
    beside: str = ""  # the pattern of another file that must be in the same folder
    table: str = ""  # the function that opens a whole table for queries
    array: str = ""  # the function that opens a whole array for comparisons
    value: str = ""  # the function that reads a whole value for comparisons


class Read(NamedTuple):
    """The preview of a folder, with the format and the file that it is from. A listing of files has neither."""

    picture: Picture
    format: Optional[Format] = None
    path: str = ""


CONTAINER = "load.load_container"  # tries the next format if the file describes no container

_LINES = "jsons.open_lines_of_json"

# The first format that matches a file is used. Names that ZenML's materializers write come first.
NAMED: Tuple[Format, ...] = (
    Format("metadata.json", "containers.read_container", CONTAINER),
    Format(
        "data.parquet",
        "frames.read_flat_array",
        "load.load_flat_array",
        beside="shape.json",
        array="frames.open_flat_array",
    ),
    Format("data.json", "jsons.read_json", "load.load_json", table=_LINES, value="jsons.whole_value"),
    Format("data_v2.json", "jsons.read_json", value="jsons.whole_value"),
    Format("df.parquet.gzip", "frames.read_frame", "load.load_frame", table="frames.open_frame"),
    Format("dataframe.parquet", "frames.read_frame", "load.load_polars", table="frames.open_frame"),
    Format("df.csv", "csvs.read_csv", "load.load_frame", table="csvs.open_csv"),
    Format("data.npy", "npy.read_npy", "load.load_array", array="npy.open_npy"),
    Format("data.npz", "npy.read_npz", "load.load_sparse"),
    Format("output.html", "texts.read_html", "load.load_text"),
    Format("output.md", "texts.read_markdown", "load.load_text"),
    Format("output.csv", "csvs.read_csv", "load.load_text", table="csvs.open_csv"),
    Format("output.json", "jsons.read_json", "load.load_json", table=_LINES, value="jsons.whole_value"),
    Format("image_file.*", "images.read_image", "load.load_image"),
    Format("data.txt", "texts.read_text", "load.load_bytes"),
    Format("uuid.txt", "texts.read_text", "load.load_uuid"),
    Format("artifact.pkl", "pickles.read_pickle", "load.load_pickle"),
    Format("model", "pickles.read_pickle", "load.load_pickle"),
    Format("entire_model.pt", "pickles.read_pickle", "load.load_torch"),
    Format("checkpoint.pt", "pickles.read_pickle", "load.load_torch"),
    Format("obj.pt", "pickles.read_pickle", "load.load_torch"),
    Format("final_checkpoint.ckpt", "pickles.read_pickle", "load.load_torch"),
    Format("model.json", "jsons.read_json", value="jsons.whole_value"),
    Format("model.txt", "models.read_lightgbm"),
    Format("model.keras", "models.read_keras"),
    Format("results.html", "texts.read_html"),
    Format("profile.html", "texts.read_html"),
    Format("service.json", "texts.read_service"),
    Format("file_data", "unnamed.read_unnamed"),
    Format("data.tar.gz", "archives.read_tar"),
    Format("hf_datasets/*state.json", "datasets.read_dataset", table="arrow_tables.open_dataset"),
    Format("hf_*/config.json", "models.read_hugging_face"),
    Format("hf_*/tokenizer_config.json", "models.read_hugging_face"),
    Format("config.json", "models.read_hugging_face", beside="*.safetensors"),
    Format("config.json", "models.read_hugging_face", beside="pytorch_model*.bin"),
    Format("*.safetensors", "models.read_safetensors"),
)

# Custom materializers can use any file names. If the folder has one main file, its ending decides.
ENDINGS: Tuple[Format, ...] = (
    Format("*.json", "jsons.read_json", table=_LINES, value="jsons.whole_value"),
    Format("*.jsonl", "jsons.read_json_lines", table="jsons.open_json_lines"),
    Format("*.ndjson", "jsons.read_json_lines", table="jsons.open_json_lines"),
    Format("*.jsonl.gz", "jsons.read_json_lines", table="jsons.open_json_lines"),
    Format("*.ndjson.gz", "jsons.read_json_lines", table="jsons.open_json_lines"),
    Format("*.parquet", "frames.read_frame", table="frames.open_frame"),
    Format("*.parq", "frames.read_frame", table="frames.open_frame"),
    Format("*.parquet.gzip", "frames.read_frame", table="frames.open_frame"),
    Format("*.feather", "frames.read_arrow", table="arrow_tables.open_arrow"),
    Format("*.arrow", "frames.read_arrow", table="arrow_tables.open_arrow"),
    Format("*.csv", "csvs.read_csv", table="csvs.open_csv"),
    Format("*.csv.gz", "csvs.read_csv", table="csvs.open_csv"),
    Format("*.tsv", "csvs.read_csv", table="csvs.open_csv"),
    Format("*.tsv.gz", "csvs.read_csv", table="csvs.open_csv"),
    Format("*.npy", "npy.read_npy", array="npy.open_npy"),
    Format("*.npz", "npy.read_npz"),
    Format("*.html", "texts.read_html"),
    Format("*.md", "texts.read_markdown"),
    Format("*.svg", "images.read_svg"),
    *(
        Format(f"*.{ending}", "images.read_image")
        for ending in (
            "png", "apng", "jpg", "jpeg", "jpe", "jfif", "mpo", "gif", "webp", "bmp", "dib", "tif", "tiff", "avif",
            "avifs", "ico", "cur", "icns", "pbm", "pgm", "ppm", "pnm", "pfm", "tga", "icb", "vda", "vst", "jp2", "j2k",
            "j2c", "jpc", "jpf", "jpx", "dds", "pcx", "qoi", "sgi", "xbm", "xpm", "blp", "eps", "ps",
        )
    ),
    Format("*.pkl", "pickles.read_pickle", "load.load_pickle"),
    Format("*.pickle", "pickles.read_pickle", "load.load_pickle"),
    Format("*.joblib", "pickles.read_pickle", "load.load_joblib"),
    Format("*.pt", "pickles.read_pickle", "load.load_torch"),
    Format("*.pth", "pickles.read_pickle", "load.load_torch"),
    Format("*.ckpt", "pickles.read_pickle", "load.load_torch"),
    Format("*.keras", "models.read_keras"),
    Format("*.skops", "models.read_skops"),
    Format("*.h5", "models.read_hdf5"),
    Format("*.hdf5", "models.read_hdf5"),
    Format("*.tar.gz", "archives.read_tar"),
    Format("*.tgz", "archives.read_tar"),
    Format("*.zip", "archives.read_zip"),
    Format("*.txt", "texts.read_text"),
    Format("*.yaml", "texts.read_text"),
    Format("*.yml", "texts.read_text"),
    Format("*.xml", "texts.read_text"),
    Format("*.log", "texts.read_text"),
)  # fmt: skip
_BESIDE = {"python_version.txt", "describe.csv", "sample.csv"}  # not an artifact's main file, unless it is the only one


# ZenML's materializers whose files determine the value. Others must load it themselves, even from such files.
_PLAIN = {
    "BuiltInMaterializer",
    "BuiltInContainerMaterializer",
    "BytesMaterializer",
    "CloudpickleMaterializer",
    "DataclassMaterializer",
    "NumpyMaterializer",
    "PandasMaterializer",
    "PillowImageMaterializer",
    "PolarsMaterializer",
    "PydanticMaterializer",
    "SklearnMaterializer",
    "SparseMaterializer",
    "StructuredStringMaterializer",
    "UUIDMaterializer",
}

# ZenML's materializers that load with the value's own class, and the function that does so here.
MODELS = {"DataclassMaterializer": "load.load_dataclass", "PydanticMaterializer": "load.load_pydantic"}


def loads_itself(materializer: str) -> bool:
    """Return whether only the materializer's own class can load the value."""
    module, _, name = materializer.rpartition(".")
    return bool(materializer) and (name not in _PLAIN or not module.startswith("zenml."))


def fitting(folder: Folder) -> Iterator[Tuple[Format, str]]:
    """Yield the formats that match a folder's files, the best first, each with the path of the file."""
    for entry in NAMED:
        for path, _ in folder.files:
            if fnmatch.fnmatchcase(path, entry.pattern) and _has_beside(folder, path, entry.beside):
                yield entry, path
    main = [path for path, _ in folder.files if path not in _BESIDE or len(folder.files) == 1]
    if len(main) == 1:
        for entry in ENDINGS:
            if fnmatch.fnmatchcase(main[0].lower(), entry.pattern):
                yield entry, main[0]


def _has_beside(folder: Folder, path: str, pattern: str) -> bool:
    inside = path[: path.rfind("/") + 1]
    return not pattern or any(fnmatch.fnmatchcase(other, inside + pattern) for other, _ in folder.files)


def function(name: str) -> Callable[..., Any]:
    """Return the function with this name in the table."""
    module, _, attribute = name.partition(".")
    found: Callable[..., Any] = getattr(importlib.import_module(f"{__package__}.{module}"), attribute)
    return found
