"""The Matryoshka adapter that this project trained for all-MiniLM-L6-v2: a rotation with the best numbers in front.

How it was made and what it is worth: `data/models/minilm-matryoshka/README.md`. Made again by `labkit train matryoshka`.
"""

from pathlib import Path

from labkit import settings
from labkit.compress.linear_map import LinearMap
from labkit.models.trained_here import measured_weights

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
    weights, _ = measured_weights(folder or adapter_folder(), "adapter.safetensors", "labkit train matryoshka")
    return LinearMap.load(weights)
