"""The chain on a million simulated vectors: what it finds, what it reads, how long each stage takes, at four sizes."""

from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import as_vectors
from labkit.data.simulate import Simulator
from labkit.data.simulated_file import simulated_folder, simulated_vectors
from labkit.lab.waterfall import Stage
from labkit.measure.footprint import Footprint, search_footprint
from labkit.measure.growth import StageTimes, exact_by_size, shortlist_recall, time_stages, warm
from labkit.measure.intervals import bootstrap_ci
from labkit.measure.latency import human_bytes
from labkit.measure.table import Table
from labkit.search.binary import BinaryIndex
from labkit.search.chain import first_rows, prefix_codes, shorter_codes
from labkit.search.hits import Hits

CANDIDATES = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
CROWD = (100, 300, 700, 1400, 2800, 5600, 11_000, 50_000)  # smaller sizes, as large as real collections
DEPTH = 1000  # candidates of the chain that the handout describes
K = 10


class BillionLab:
    """Simulated vectors in a file, codes of their first numbers in memory, and the exact search to compare with.

    Attributes:
        simulator: made from the real documents.
        vectors: `(n, d)` float32, memory-mapped.
        file: that holds them.
        queries: `(nq, d)` real queries.
        dims: numbers of which the first pass keeps a bit.
        sizes: a tenth, a quarter, a half and all of the vectors.
    """

    def __init__(
        self,
        documents: ArrayLike,
        queries: ArrayLike,
        n: int = 1_000_000,
        *,
        dims: int = 128,
        folder: Path | None = None,
    ) -> None:
        """Simulate `n` vectors, or open the file that holds them already.

        Args:
            documents: `(m, d)` real vectors, the most important numbers first.
            queries: `(nq, d)` real queries.
            n: vectors to simulate; at least 20 times the candidates of the chain.
            dims: numbers of which the first pass keeps a bit.
            folder: of the file; by default in labkit's cache.

        Raises:
            ValueError: if the vectors do not fit, or `n` is below 20,000.
            OSError: if the disk has no room.
        """
        if n < 20 * DEPTH:
            raise ValueError(f"n should be at least {20 * DEPTH:,}, or {DEPTH:,} candidates show nothing; it is {n:,}")
        self.simulator = Simulator.fit(documents)
        self.queries = as_vectors(queries, dim=self.simulator.dim, name="queries")
        self.dims, self.sizes = dims, (n // 10, n // 4, n // 2, n)
        self._folder = folder or simulated_folder()
        self.vectors, self.file = simulated_vectors(self.simulator, n, self._folder)
        warm(self.vectors)
        self._codes: dict[int, BinaryIndex] = {}
        self._shares: dict[tuple[int, int], NDArray[np.float64]] = {}

    def __len__(self) -> int:
        """Simulated vectors."""
        return len(self.vectors)

    def codes(self, dims: int | None = None) -> BinaryIndex:
        """Bits of the first `dims` numbers (a multiple of 8) of all vectors; the file is read once for all lengths."""
        dims = dims or self.dims
        if dims not in self._codes:
            width = self.simulator.dim
            self._codes.setdefault(width, prefix_codes(self.vectors, width))
            self._codes[dims] = shorter_codes(self._codes[width], width, dims) if dims < width else self._codes[width]
        return self._codes[dims]

    @cached_property
    def exact(self) -> dict[int, Hits]:
        """The exact search's ten best at each size, and at those of CROWD."""
        sizes = sorted({*(n for n in CROWD if n <= len(self)), *self.sizes})
        return exact_by_size(self.vectors, self.queries, K, sizes)

    def shares(self, size: int, dims: int | None = None) -> NDArray[np.float64]:
        """Share of each query's exact ten among the first `CANDIDATES` of the first pass, `(len(CANDIDATES), nq)`."""
        dims = dims or self.dims
        if (size, dims) not in self._shares:
            found = first_rows(self.codes(dims), size).search(self.queries, CANDIDATES[-1])
            self._shares[size, dims] = shortlist_recall(found, self.exact[size], CANDIDATES)
        return self._shares[size, dims]

    def recalls(self, candidates: int = DEPTH) -> NDArray[np.float64]:
        """Per-query recall@10 of the chain at each size, `(4, nq)`."""
        return np.stack([self.shares(size)[CANDIDATES.index(candidates)] for size in self.sizes])

    @cached_property
    def times(self) -> dict[int, list[StageTimes]]:
        """Milliseconds of both stages at each size: 32 queries, one thread, empty caches; sizes take turns."""
        turns = [
            {
                size: time_stages(first_rows(self.codes(), size, threads=1), self.vectors[:size], asked, DEPTH)
                for size in self.sizes
            }
            for asked in np.array_split(self.queries[:32], 4)
        ]
        return {
            size: [
                StageTimes(
                    turns[0][size][stage].name,
                    turns[0][size][stage].nbytes,
                    np.concatenate([turn[size][stage].milliseconds for turn in turns]),
                )
                for stage in (0, 1)
            ]
            for size in self.sizes
        }

    def stages(self) -> list[Stage]:
        """Quality and time of the chain, stage by stage, among all vectors: for `plot_waterfall`."""
        first, second = self.times[self.sizes[-1]]
        shares = self.shares(self.sizes[-1])
        return [
            Stage(f"bits of {self.dims} numbers", shares[CANDIDATES.index(K)], first.median),
            Stage(f"{DEPTH:,} full vectors", shares[CANDIDATES.index(DEPTH)], second.median),
        ]

    def stage_table(self) -> Table:
        """What each stage of the chain looks at and reads for one query, among all vectors."""
        n = len(self)
        rows = [
            (
                stage.name,
                f"{documents:,}",
                human_bytes(stage.nbytes),
                f"{stage.nbytes / (n * 4 * self.simulator.dim):.2%}",
                f"{stage.median:.2f}",
            )
            for stage, documents in zip(self.times[n], (n, DEPTH), strict=True)
        ]
        recall = self.recalls()[-1]
        low, high = bootstrap_ci(recall)
        caption = (
            f"{n:,} vectors, one query at a time, one thread; median of 32 queries, each the best of three. Recall@10 against the exact float32 "
            f"search: {recall.mean():.3f} ({low:.3f} to {high:.3f}, 95 % interval over {len(recall)} queries)."
        )
        header = ("stage", "documents", "bytes read", "of all float32", "ms")
        return Table(header, tuple(rows), caption)

    def footprint(self) -> Footprint:
        """Memory of a process that only searches: codes in memory, vectors in the file."""
        folder = self._folder / f"{self.simulator.fingerprint}-codes-{self.dims}-{len(self)}"
        self.codes().save(folder)
        return search_footprint(folder, self.file, self.queries[:64], DEPTH)


def footprint_table(found: Footprint, lab: BillionLab) -> Table:
    """What the search process held, in words."""

    def told(nbytes: int | None) -> str:
        return "the system does not tell" if nbytes is None else human_bytes(nbytes)

    rows = (
        ("before the index: Python, NumPy, compiled kernels", human_bytes(found.before)),
        ("the codes", human_bytes(lab.codes().nbytes)),
        ("at the end: its own memory, codes included", told(found.own)),
        ("at the end: pages of files, which the system can take back", told(found.file_pages)),
        ("peak of both together", human_bytes(found.peak)),
        ("for comparison, the file of vectors", human_bytes(lab.vectors.nbytes)),
    )
    return Table(
        ("memory of the search process", "bytes"), rows, f"{found.queries} queries, {DEPTH:,} candidates each."
    )
