"""A linear map of vectors: the one shape that rotations and trained adapters share.

    y = x W / |x W|      x: (d_in,)   W: (d_in, d_out)

If the columns of W are orthonormal and W is square, W is a rotation: every cosine stays what it was, and only the
order in which the numbers carry information changes. That is all a Matryoshka adapter needs.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from labkit.checks import Vectors, as_vectors
from labkit.tensors import load_tensors, save_tensors
from labkit.unit import unit_rows


@dataclass(frozen=True, eq=False)
class LinearMap:
    """A matrix that vectors are multiplied with.

    Attributes:
        matrix: `(d_in, d_out)` float32.
        name: what figures and tables call it.
    """

    matrix: Vectors
    name: str

    def __post_init__(self) -> None:
        """Refuse a matrix that is not finite and two-dimensional."""
        object.__setattr__(self, "matrix", as_vectors(self.matrix, name="matrix"))

    def __call__(self, vectors: ArrayLike) -> Vectors:
        """The mapped vectors as unit vectors, `(n, d_out)` float32; zero rows stay zero.

        Raises:
            ValueError: if the vectors do not have `d_in` dimensions, or a sum does not fit into float32.

        Example:
            >>> swap = LinearMap(np.array([[0, 1], [1, 0]], np.float32), "swap")
            >>> swap([[0.6, 0.8]]).tolist()
            [[0.8, 0.6]]
        """
        with np.errstate(over="ignore", invalid="ignore"):  # said by as_vectors
            mapped = as_vectors(vectors, dim=self.matrix.shape[0]) @ self.matrix
        return unit_rows(as_vectors(mapped, name="mapped vectors"))

    @property
    def orthogonality_error(self) -> float:
        """Largest entry of `|W^T W - I|`: 0 for a rotation, which changes no cosine.

        Example:
            >>> LinearMap(np.diag([1.0, 2.0]), "stretch").orthogonality_error
            3.0
        """
        wide = self.matrix.astype(np.float64)
        return float(np.abs(wide.T @ wide - np.eye(wide.shape[1])).max())

    def first(self, dim: int) -> "LinearMap":
        """The map followed by truncation to `dim` numbers, as one smaller map.

        Raises:
            ValueError: if `dim` is not between 1 and `d_out`.

        Example:
            >>> LinearMap(np.eye(3), "same").first(2)([[0.6, 0.8, 0.0]]).tolist()
            [[0.6, 0.8]]
        """
        if not 1 <= dim <= self.matrix.shape[1]:
            raise ValueError(f"dim should be between 1 and {self.matrix.shape[1]}, but is {dim}")
        return LinearMap(self.matrix[:, :dim], f"{self.name}, {dim} d")

    def save(self, path: str | Path) -> None:
        """Write the map as a safetensors file; the same map gives the same bytes."""
        save_tensors(path, "LinearMap", {"matrix": self.matrix}, {"name": self.name})

    @classmethod
    def load(cls, path: str | Path) -> "LinearMap":
        """The map written by `save`.

        Raises:
            FileNotFoundError: if there is no such file.
            ValueError: if the file is damaged or holds something else.
        """
        arrays, facts = load_tensors(path, "LinearMap")
        return cls(arrays["matrix"], facts["name"])
