"""Simulated vectors that crowd together as real ones do: as many as wanted, from a few thousand real ones.

Nobody has a million judged texts on a laptop, and random vectors are all equally far from each other: whatever is
measured on them says nothing about search. So each simulated vector stays close to a real one, its seed x:

    made = c x + sqrt(1 - c^2) u
    c    a cosine drawn from those between each real vector and its nearest other one
    u    a unit vector at right angles to x: two of the seed's 16 nearest neighbours, minus x, weighted by 0.5 + N(0, 1)

So a simulated vector is as far from its seed as a further real one would be from its nearest, and it moves in the
directions in which real vectors differ there. Spectrum and neighbourhoods then need not be fitted: they come along. This
is a manifold Parzen window (Vincent and Bengio, "Manifold Parzen Windows", NIPS 2002) with a measured width.

What it is not: text. No simulated vector answers a question, so it serves to measure what a short cut finds of the exact
search's hits, and time and bytes; never whether the hits are relevant.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors

BLOCK = 10_000  # vectors that one draw of random numbers makes; changing it changes every simulated collection
NEIGHBOURS = 16
_MIXED = 2
_LEAN = 0.5  # above 0 the move leads inwards on average, which offsets that random moves lead outwards


@dataclass(frozen=True, eq=False)
class Simulator:
    """Makes vectors like real ones, block by block; a block depends on its number and the seed only.

    Attributes:
        seeds: the real unit vectors, `(m, d)` float32.
        neighbours: the nearest others of each, `(m, 16)` or fewer columns.
        cosines: between each real vector and its nearest other one, rising, `(m,)`.
        seed: of the random numbers.

    Example:
        >>> corners = np.vstack([np.eye(3), -np.eye(3)])
        >>> simulator = Simulator.fit(corners, seed=1)
        >>> simulator.block(0).shape, len(simulator.fingerprint)
        ((10000, 3), 16)
    """

    seeds: Vectors
    neighbours: NDArray[np.int64]
    cosines: NDArray[np.float32]
    seed: int

    @classmethod
    def fit(cls, vectors: ArrayLike, *, seed: int = 0) -> "Simulator":
        """Look up each vector's nearest others; `(m, d)`, made unit length here.

        Raises:
            ValueError: if there are fewer than three vectors, or one is zero.
        """
        array = as_vectors(vectors)
        lengths = np.linalg.norm(array, axis=1, keepdims=True)
        if len(array) < 3 or not lengths.all():
            raise ValueError(f"a simulator needs three real vectors or more, none of them zero; got {len(array)}")
        unit = array / lengths
        width = min(NEIGHBOURS, len(unit) - 1)
        near, cosines = np.empty((len(unit), width), np.int64), np.empty(len(unit), np.float32)
        for start in range(0, len(unit), 1000):
            rows = slice(start, start + 1000)
            products = unit[rows] @ unit.T
            products[np.arange(len(products)), np.arange(start, start + len(products))] = -np.inf
            near[rows] = np.argpartition(-products, width - 1, axis=1)[:, :width]
            cosines[rows] = products.max(axis=1)
        return cls(unit, near, np.sort(cosines.clip(0, 1)), seed)

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return int(self.seeds.shape[1])

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors could; names the file that holds them."""
        settings = f"{BLOCK} {NEIGHBOURS} {_MIXED} {_LEAN} {self.seed}".encode()
        return hashlib.sha256(self.seeds.tobytes() + settings).hexdigest()[:16]

    def block(self, number: int) -> Vectors:
        """The simulated unit vectors `number * 10,000` and following, `(10000, d)` float32.

        Raises:
            ValueError: if the number is negative.
        """
        if number < 0:
            raise ValueError(f"blocks are counted from 0, but number is {number}")
        rng = np.random.default_rng([self.seed, number])
        chosen = rng.integers(len(self.seeds), size=BLOCK)
        x = self.seeds[chosen]
        u = np.zeros_like(x)
        for _ in range(_MIXED):
            other = self.neighbours[chosen, rng.integers(self.neighbours.shape[1], size=BLOCK)]
            difference = self.seeds[other]
            difference -= x
            difference *= rng.standard_normal((BLOCK, 1), np.float32) + np.float32(_LEAN)
            u += difference
        u -= np.einsum("ij,ij->i", u, x)[:, None] * x
        lengths = np.sqrt(np.einsum("ij,ij->i", u, u))[:, None]
        ranks = np.linspace(0, 1, len(self.cosines))
        c = np.interp(rng.random(BLOCK), ranks, self.cosines).astype(np.float32)[:, None]
        c[lengths < 1e-6] = 1  # its neighbours are copies of the seed: so is the new vector
        u *= np.sqrt(1 - c * c) / np.maximum(lengths, np.float32(1e-6))
        x *= c
        x += u
        return x

    def blocks(self, n: int) -> Iterator[Vectors]:
        """The first `n` simulated vectors, block after block; the last one may be shorter.

        Raises:
            ValueError: if `n` is below 1.

        Example:
            >>> [len(block) for block in Simulator.fit(np.eye(3)).blocks(12_000)]
            [10000, 2000]
        """
        if n < 1:
            raise ValueError(f"n should be at least 1 vector, but is {n}")
        for start in range(0, n, BLOCK):
            yield self.block(start // BLOCK)[: n - start]
