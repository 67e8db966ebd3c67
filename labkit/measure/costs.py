"""What a collection costs in bytes, term by term, before anybody builds it.

    float32            4 d                    1,536 numbers: 6,144 bytes
    int8 / int4 / bit  d, d / 2, d / 8        1,536 numbers: 1,536 / 768 / 192 bytes
    first m numbers    as above with m for d  128 numbers as bits: 16 bytes
    HNSW links         8 M + 4 M / (M - 1) + 12   M = 16: 144 bytes (Malkov and Yashunin 2018; layout as in faiss)
    residual tokens    t (3 + m nbits / 8)    60 tokens x 128 numbers x 2 bits: 2,100 bytes, centroids aside

Each term says where it lives: in memory, where every query looks at it, or on disk, from which only candidates are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

from labkit.measure.latency import human_bytes
from labkit.measure.table import Table

Place = Literal["memory", "disk"]


@dataclass(frozen=True)
class Part:
    """One term of the bill.

    Attributes:
        name: what it is.
        each: bytes a document.
        place: where it lives.
        formula: where `each` comes from.
        once: bytes needed once, however many documents there are.
    """

    name: str
    each: float
    place: Place = "memory"
    formula: str = ""
    once: float = 0.0

    def __post_init__(self) -> None:
        """Refuse negative bytes and unknown places."""
        if not (self.each >= 0 and self.once >= 0):
            raise ValueError(f"{self.name}: bytes should be 0 or more, but are {self.each} and {self.once}")
        if self.place not in ("memory", "disk"):
            raise ValueError(f"{self.name}: place should be 'memory' or 'disk', but is {self.place!r}")


@dataclass(frozen=True)
class Design:
    """A way to keep a collection.

    Attributes:
        name: what tables and figures call it.
        n: documents.
        parts: the terms of the bill.
        replicas: whole copies that are kept, for more queries at a time and against failures.
    """

    name: str
    n: int
    parts: tuple[Part, ...]
    replicas: int = 1

    def __post_init__(self) -> None:
        """Refuse what is no collection."""
        if self.n < 1 or self.replicas < 1:
            raise ValueError(f"n and replicas should be at least 1, but are {self.n} and {self.replicas}")

    def part_bytes(self, part: Part) -> float:
        """Bytes of one term, all replicas together."""
        return (self.n * part.each + part.once) * self.replicas

    def bytes_in(self, place: Place | None = None) -> float:
        """Bytes in memory, on disk, or both together; all replicas.

        Example:
            >>> codes, rows = vector_part(128, 1), vector_part(1536, 32, place="disk")
            >>> design = Design("chain", 1_000_000_000, (codes, rows))
            >>> design.bytes_in("memory"), design.bytes_in("disk")
            (16000000000.0, 6144000000000.0)
        """
        return sum(self.part_bytes(part) for part in self.parts if place in (None, part.place))

    def table(self) -> Table:
        """The bill: a line a term, then what lives in memory and what on disk."""
        rows = [
            (part.name, part.place, part.formula, human_bytes(part.each), human_bytes(self.part_bytes(part)))
            for part in self.parts
        ]
        places: tuple[Place, ...] = ("memory", "disk")
        rows += [
            (f"together in {place}" if place == "memory" else "together on disk", place, "", "", human_bytes(total))
            for place in places
            if (total := self.bytes_in(place))
        ]
        copies = "1 copy" if self.replicas == 1 else f"{self.replicas} copies"
        header = ("term", "lives in", "formula, bytes a document", "a document", "all documents")
        return Table(header, tuple(rows), f"{self.name}: {self.n:,} documents, {copies}.")


def vector_part(dim: int, bits: int = 32, *, place: Place = "memory") -> Part:
    """A vector of `dim` numbers with `bits` bits each; a row is filled up to whole bytes.

    Raises:
        ValueError: if `dim` is below 1, or `bits` is none of 1, 4, 8, 16, 32.

    Example:
        >>> vector_part(128, 1).each, vector_part(1536, 32).each
        (16, 6144)
    """
    if dim < 1 or bits not in (1, 4, 8, 16, 32):
        raise ValueError(f"wanted dim >= 1 and 1, 4, 8, 16 or 32 bits, but got dim = {dim}, bits = {bits}")
    kind = {1: "bits", 4: "int4", 8: "int8", 16: "float16", 32: "float32"}[bits]
    return Part(f"{dim:,} x {kind}", ceil(dim * bits / 8), place, f"{dim:,} x {bits} / 8")


def hnsw_part(m: int, *, place: Place = "memory") -> Part:
    """The links of an HNSW graph with parameter `M`, as faiss stores them.

    Every document has room for 2 M links of 4 bytes in the lowest layer and M in each layer above; one in M documents
    reaches the second layer, one in M^2 the third. Its level (4 bytes) and the place of its links (8 bytes) come on top.

    Raises:
        ValueError: if `m` is below 2.

    Example:
        >>> round(hnsw_part(16).each, 1)
        144.3
    """
    if m < 2:
        raise ValueError(f"M should be at least 2 links, but is {m}")
    return Part(f"HNSW links, M = {m}", 8 * m + 4 * m / (m - 1) + 12, place, f"8 x {m} + 4 x {m} / {m - 1} + 12")


def token_part(
    tokens: float, dim: int, bits: int = 32, *, centroids: int = 0, place: Place = "memory", head: int = 3
) -> Part:
    """One vector a token: full numbers, or a centroid and the residual from it in a few bits a number.

    Every document has 8 bytes that say where its tokens begin. Centroids are kept once, in float16.

    Args:
        tokens: of a document, on average.
        dim: numbers of a token's vector.
        bits: for each number.
        centroids: how many there are; 0 for vectors without.
        place: where it lives.
        head: bytes of a compressed token before its residual: labkit has 2 for the centroid and 1 for a scale, ColBERTv2
            4 for the centroid.

    Raises:
        ValueError: if a number is out of range.

    Example:
        >>> token_part(60, 128, 2, centroids=65_536).each  # 60 x (3 + 32) + 8
        2108
    """
    if tokens <= 0 or dim < 1 or bits not in (1, 2, 4, 8, 16, 32) or centroids < 0:
        raise ValueError(f"got tokens = {tokens}, dim = {dim}, bits = {bits}, centroids = {centroids}")
    number = head if centroids else 0
    each = tokens * (number + ceil(dim * bits / 8)) + 8
    formula = f"{tokens:g} x ({f'{number} + ' if number else ''}{dim} x {bits} / 8) + 8"
    once = 2 * centroids * dim
    return Part(f"{tokens:g} tokens x {dim} x {bits} bit", each, place, formula, once)


def id_part(nbytes: int = 8) -> Part:
    """The document's own number or key."""
    return Part("ids", nbytes, "memory", f"{nbytes}")


def payload_part(nbytes: float) -> Part:
    """What is shown of a hit: text, title, metadata; read for hits only, so it lives on disk."""
    return Part("payload", nbytes, "disk", f"{nbytes:g}")


def designs(
    n: int, dim: int, *, short: int = 128, m: int = 16, payload: float = 0, tokens: float = 60, replicas: int = 1
) -> list[Design]:
    """The usual ways to keep `n` vectors of `dim` numbers, from everything in memory to short codes in memory.

    Args:
        n: documents.
        dim: numbers of a full vector.
        short: numbers of the Matryoshka prefix.
        m: HNSW's M; 0 for no graph.
        payload: bytes of text and metadata a document.
        tokens: of a document, for late interaction.
        replicas: whole copies.

    Raises:
        ValueError: if a number is out of range, such as a prefix longer than the vector.
    """
    if short > dim:
        raise ValueError(f"the prefix of {short} numbers is longer than the vector of {dim}")
    graph = (hnsw_part(m),) if m else ()
    rest = (id_part(), *((payload_part(payload),) if payload else ()))
    full = vector_part(dim, place="disk")
    ways: Sequence[tuple[str, tuple[Part, ...]]] = (
        ("float32", (vector_part(dim), *graph)),
        ("int8, rescored", (vector_part(dim, 8), *graph, full)),
        ("int4, rescored", (vector_part(dim, 4), *graph, full)),
        ("binary, rescored", (vector_part(dim, 1), *graph, full)),
        (f"first {short} as float32, rescored", (vector_part(short), *graph, full)),
        (f"first {short} as bits, rescored", (vector_part(short, 1), full)),
        ("late interaction, 2-bit residuals", (token_part(tokens, 128, 2, centroids=65_536),)),
    )
    return [Design(name, n, (*parts, *rest), replicas) for name, parts in ways]
