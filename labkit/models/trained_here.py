"""Weights that this project trained itself: refused unless they are the ones whose results lie beside them."""

import hashlib
import json
from pathlib import Path


def measured_weights(folder: Path, name: str, command: str) -> tuple[Path, str]:
    """The path of a folder's weights and their sha256, after it was compared with the one in `results.json`.

    Args:
        folder: where the weights and `results.json` lie.
        name: the weights' file name.
        command: makes them again.

    Raises:
        FileNotFoundError: if a file is missing.
        ValueError: if the weights are not the ones whose results were measured.

    Example:
        >>> from labkit.models.drawing_clip import model_folder
        >>> measured_weights(model_folder(), "model.safetensors", "labkit train drawing-clip")[0].name
        'model.safetensors'
    """
    weights, results = folder / name, folder / "results.json"
    for file in (weights, results):
        if not file.is_file():
            raise FileNotFoundError(f"no file {file}; get it back with git, or make it with `{command}`")
    wanted = json.loads(results.read_text(encoding="utf-8"))["sha256"]
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != wanted:
        raise ValueError(
            f"{weights} has sha256 {found}, but results.json was measured with {wanted}: get both from git"
        )
    return weights, found
