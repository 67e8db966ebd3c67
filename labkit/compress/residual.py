"""Residual compression of token vectors: the nearest of some centroids, and a few bits for how it is missed.

    token      0.62  0.10  -0.05 …      centroid 317 is nearest: two bytes
    centroid   0.55  0.02   0.01 …
    residual   0.07  0.08  -0.06 …  =  scale 0.06 (one byte)  x  levels [1.5, 1.5, -0.5 …]: two bits each

    bytes a token = 2 + 1 + d * nbits / 8 + centroids * d * 2 / tokens

The cut-offs between levels begin as quantiles, as in ColBERTv2, and are then moved by Lloyd's algorithm so that the mean
squared error is least. Two things are added to ColBERTv2's way, as residuals are of very different lengths: each token has
a scale of its own, which is the one that fits best (least squares); and a decoded unit vector is of unit length again.

Source: Santhanam et al. 2022, "ColBERTv2", section 3.3; Lloyd 1982, "Least squares quantization in PCM".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors, check_threads
from labkit.compress.kmeans import kmeans, nearest_centres
from labkit.compress.residual_codes import ResidualCodes, unpack_levels
from labkit.compress.residual_fit import check_centroids, check_nbits, default_centroids, fit_levels
from labkit.tensors import Arrays

_SAMPLE = 16  # vectors a centroid that k-means looks at
_ITERATIONS = 4
_RESIDUALS = 4096  # vectors whose residuals show where levels should lie
_BLOCK = 1 << 14
_FAR_FROM_UNIT = 0.02  # of a squared length: half precision and sums of a few hundred numbers stay well below
_LARGEST = float(np.finfo(np.float16).max)


@dataclass(frozen=True, eq=False)
class ResidualQuantizer:
    """Turns vectors into a centroid and `nbits` bits a dimension.

    Attributes:
        centroids: `(c, d)` float32, each number one that float16 can hold.
        cutoffs: `(2 ** nbits - 1,)` float32, between which levels lie the numbers of a residual over its scale.
        weights: `(2 ** nbits,)` float32, what the levels stand for.
        step: of the scales.
        unit: whether the vectors were of unit length, so that decoded ones are made so.
    """

    centroids: Vectors
    cutoffs: NDArray[np.float32]
    weights: NDArray[np.float32]
    step: float
    unit: bool

    @classmethod
    def fit(
        cls,
        vectors: ArrayLike,
        *,
        nbits: int = 2,
        centroids: int | None = None,
        seed: int = 0,
        threads: int | None = None,
        progress: bool = True,
    ) -> "ResidualQuantizer":
        """A quantizer for vectors like these, `(n, d)`; the same for any number of threads.

        Args:
            vectors: at least one.
            nbits: 1, 2 or 4 bits a dimension.
            centroids: how many; without it `default_centroids(n)`, 16 * sqrt(n) as in PLAID.
            seed: of the vectors that k-means looks at, and starts from.
            threads: how many to use; without it, `labkit.threads()`.
            progress: show a bar if it takes long.

        Raises:
            ValueError: if there is no vector, a number is beyond what float16 holds, or `nbits` or `centroids` is out of
                range.

        Example:
            >>> quantizer = ResidualQuantizer.fit([[1, 0], [0, 1], [0.6, 0.8]], centroids=3)
            >>> quantizer.decode(quantizer.encode([[0, 1]]))
            array([[0., 1.]], dtype=float32)
        """
        array, nbits = as_vectors(vectors), check_nbits(nbits)
        if len(array) == 0:
            raise ValueError("centroids are made from vectors, but there is none; pass at least one token")
        wanted = check_centroids(centroids) if centroids is not None else default_centroids(len(array))
        used = check_threads(threads)
        rng = np.random.default_rng(seed)
        few = min(len(array), max(_SAMPLE * wanted, 4096))
        sample = array if few == len(array) else array[np.sort(rng.choice(len(array), few, replace=False))]
        if np.abs(sample).max() > _LARGEST:
            raise ValueError(
                f"centroids are kept as float16, up to {_LARGEST:,.0f}, but these vectors are larger; scale them, to unit "
                "length for instance"
            )
        found = kmeans(sample, wanted, iterations=_ITERATIONS, seed=seed, threads=used, progress=progress)
        found = found.astype(np.float16).astype(np.float32)
        some = sample[:: max(1, len(sample) // _RESIDUALS)]
        residuals = some - found[nearest_centres(some, found, used)]
        sizes = np.sqrt(np.mean(residuals**2, axis=1))
        shapes = (residuals / np.where(sizes > 0, sizes, 1)[:, None])[sizes > 0]
        cutoffs, weights = fit_levels(shapes.ravel(), nbits)
        lengths = np.einsum("ij,ij->i", sample, sample)
        step = float(sizes.max()) * 1.1 / 255
        return cls(found, cutoffs, weights, step, bool(np.allclose(lengths, 1, atol=1e-3)))

    @property
    def nbits(self) -> int:
        """Bits a dimension."""
        return int(len(self.weights)).bit_length() - 1

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return int(self.centroids.shape[1])

    @property
    def width(self) -> int:
        """Bytes of a vector's levels."""
        return -(-self.dim * self.nbits // 8)

    def bytes_per_token(self, tokens: int) -> float:
        """Bytes a token in a collection of so many, its share of the centroids included.

        Example:
            >>> zeros = np.zeros((16384, 128), np.float32)
            >>> ResidualQuantizer(zeros, zeros[0, :3], zeros[0, :4], 0.01, unit=True).bytes_per_token(1_200_000)
            38.49525
        """
        return 3 + self.width + self.centroids.size * 2 / max(1, tokens)

    def encode(self, vectors: ArrayLike, *, threads: int | None = None, progress: bool = False) -> ResidualCodes:
        """The codes of vectors `(n, d)`.

        Raises:
            ValueError: if the vectors have the wrong width, hold NaN or infinity, or are not of unit length (or zero) though
                the quantizer was fitted to unit vectors: decoded, they would be.
        """
        from tqdm.auto import tqdm

        from labkit.kernels.centres import finder
        from labkit.kernels.residual_encode import encode

        array, used = as_vectors(vectors, dim=self.dim), check_threads(threads)
        if self.unit:
            _check_unit(array)
        nearest, known = finder(self.centroids, used), (self.centroids, self.cutoffs, self.weights, self.step)
        codes = ResidualCodes(
            np.empty(len(array), np.uint16),
            np.empty(len(array), np.uint8),
            np.empty((len(array), self.width), np.uint8),
        )
        with tqdm(total=len(array), desc="compressing", delay=2, disable=not progress) as bar:
            for start in range(0, len(array), _BLOCK):
                rows = slice(start, min(start + _BLOCK, len(array)))
                some = codes.centroids[rows], codes.scales[rows], codes.levels[rows]
                encode(array[rows], nearest(array[rows]), *known, *some, used)
                bar.update(rows.stop - rows.start)
        return codes

    def decode(self, codes: ResidualCodes) -> Vectors:
        """The vectors that codes stand for, `(n, d)` float32: centroid + scale * levels, of unit length if `unit`."""
        levels = unpack_levels(codes.levels, self.nbits, self.dim)
        scales = codes.scales.astype(np.float32) * np.float32(self.step)
        vectors: Vectors = self.centroids[codes.centroids] + scales[:, None] * self.weights[levels]
        if self.unit:
            lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
            vectors /= np.where(lengths > 0, lengths, 1)[:, None]
        return vectors

    def parts(self) -> tuple[Arrays, dict[str, Any]]:
        """The arrays and the small facts that `from_parts` makes the quantizer of again; centroids as float16."""
        arrays: Arrays = {"centroids": self.centroids.astype(np.float16), "cutoffs": self.cutoffs}
        return {**arrays, "weights": self.weights}, {"step": self.step, "unit": self.unit}

    @classmethod
    def from_parts(cls, arrays: Arrays, facts: Mapping[str, Any]) -> "ResidualQuantizer":
        """The quantizer of its `parts`."""
        centroids = arrays["centroids"].astype(np.float32)
        return cls(centroids, arrays["cutoffs"], arrays["weights"], float(facts["step"]), bool(facts["unit"]))


def _check_unit(vectors: Vectors) -> None:
    squares = np.einsum("ij,ij->i", vectors, vectors)
    other = np.flatnonzero((np.abs(squares - 1) > _FAR_FROM_UNIT) & (squares > 0))
    if len(other):
        raise ValueError(
            f"the quantizer was fitted to vectors of length 1, but row {other[0]} has length {squares[other[0]] ** 0.5:.3g}; "
            "scale it, or fit a quantizer to such vectors"
        )
