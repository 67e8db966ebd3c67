"""The Matryoshka adapter that this project trained for all-MiniLM-L6-v2: a rotation with the best numbers in front.

How it was made and what it is worth: `data/models/minilm-matryoshka/README.md`. Made again by `labkit train matryoshka`.
"""

import hashlib
import json
from pathlib import Path

from labkit import settings
from labkit.compress.linear_map import LinearMap

ENCODER = "all-MiniLM-L6-v2"


def adapter_folder() -> Path:
    """Where the adapter, its card and its measured results lie."""
    return settings.repo_data_dir() / "models" / "minilm-matryoshka"


def load_adapter(folder: Path | None = None) -> LinearMap:
    """The trained adapter, 384 x 384: apply it to all-MiniLM-L6-v2's vectors, then truncate.

    Args:
        folder: where `adapter.safetensors` and `results.json` lie; by default the committed ones.

    Raises:
        FileNotFoundError: if a file is missing.
        ValueError: if the weights are not the ones whose results were measured.

    Example:
        >>> load_adapter().matrix.shape
        (384, 384)
    """
    folder = folder or adapter_folder()
    weights, results = folder / "adapter.safetensors", folder / "results.json"
    for file in (weights, results):
        if not file.is_file():
            raise FileNotFoundError(f"no file {file}; get it back with git, or make it with `labkit train matryoshka`")
    wanted = json.loads(results.read_text(encoding="utf-8"))["sha256"]
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != wanted:
        raise ValueError(
            f"{weights} has sha256 {found}, but results.json was measured with {wanted}: get both from git"
        )
    return LinearMap.load(weights)
