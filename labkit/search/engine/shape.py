"""The shape of a collection in an engine: which fields each document has.

| field        | holds                                        | compared by                     |
|--------------|----------------------------------------------|---------------------------------|
| `vectors`    | one vector                                   | inner product                   |
| `vectors64`  | its first 64 numbers, made unit length again | inner product                   |
| `tokens`     | one vector a token                           | MaxSim                          |
| `sparse`     | a weight for each term, such as BM25's       | inner product of shared terms   |
"""

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from labkit.checks import check_k

if TYPE_CHECKING:
    from qdrant_client import models

CODES = {1: "binary", 8: "int8"}


@dataclass(frozen=True)
class Shape:
    """The fields of a collection.

    Attributes:
        dims: dimensions of the vectors; None for a collection without them.
        prefixes: dimensions of Matryoshka prefixes that are kept as fields of their own.
        bits: 1 or 8: the engine also keeps binary or int8 codes of vectors and prefixes and looks at these first.
        token_dims: dimensions of token vectors, if there are any.
        sparse: whether there are sparse vectors.
        index_from: a segment with more documents than this gets a graph (HNSW); with fewer all are compared.

    Raises:
        TypeError: if a number is no whole number.
        ValueError: if there is no field, or a number is out of range.

    Example:
        >>> Shape(dims=384, prefixes=(64,), sparse=True).fields
        ('vectors', 'vectors64', 'sparse')
    """

    dims: int | None = None
    prefixes: tuple[int, ...] = ()
    bits: int | None = None
    token_dims: int | None = None
    sparse: bool = False
    index_from: int = 1000

    def __post_init__(self) -> None:
        """Refuse a shape that no collection can have."""
        object.__setattr__(self, "prefixes", tuple(check_k(dims) for dims in self.prefixes))
        for number in (self.dims, self.token_dims, self.index_from):
            if number is not None:
                check_k(number)
        if self.dims is None and self.token_dims is None and not self.sparse:
            raise ValueError("the shape has no field; set dims, token_dims or sparse")
        if (self.prefixes or self.bits is not None) and self.dims is None:
            raise ValueError("prefixes and bits are about vectors; set dims too")
        if list(self.prefixes) != sorted(set(self.prefixes)) or (
            self.prefixes and self.prefixes[-1] >= (self.dims or 0)
        ):
            raise ValueError(f"prefixes should rise and stay below dims = {self.dims}, but are {self.prefixes}")
        if self.bits not in (None, *CODES):
            raise ValueError(f"bits should be 1 (binary), 8 (int8) or None, but is {self.bits!r}")

    @property
    def dense(self) -> dict[str, int]:
        """The fields of one vector a document, with their dimensions."""
        prefixes = {f"vectors{dims}": dims for dims in self.prefixes}
        return {"vectors": self.dims, **prefixes} if self.dims is not None else {}

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of all fields."""
        return (*self.dense, *(["tokens"] if self.token_dims is not None else []), *(["sparse"] if self.sparse else []))

    def to_json(self) -> str:
        """The shape as text, to be kept with the collection."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Shape":
        """The shape that `to_json` wrote."""
        return cls(**json.loads(text))


def vectors_config(shape: Shape) -> "dict[str, models.VectorParams]":
    """What the engine must know of the fields that hold vectors.

    Inner product everywhere: the scores are then those of `FlatIndex`, unit vectors or not. Tokens get no graph: they
    are for the last look at a shortlist, and a graph over every token would cost more than it saves.
    """
    from qdrant_client import models

    quantization: models.ScalarQuantization | models.BinaryQuantization | None = None
    if shape.bits == 8:
        scalar = models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
        quantization = models.ScalarQuantization(scalar=scalar)
    elif shape.bits == 1:
        quantization = models.BinaryQuantization(binary=models.BinaryQuantizationConfig(always_ram=True))
    dot = models.Distance.DOT
    config = {
        field: models.VectorParams(size=dims, distance=dot, quantization_config=quantization)
        for field, dims in shape.dense.items()
    }
    if shape.token_dims is not None:
        best = models.MultiVectorConfig(comparator=models.MultiVectorComparator.MAX_SIM)
        no_graph = models.HnswConfigDiff(m=0)
        config["tokens"] = models.VectorParams(
            size=shape.token_dims, distance=dot, multivector_config=best, hnsw_config=no_graph
        )
    return config


def indexing_threshold(shape: Shape) -> int:
    """The size in KiB of vectors above which a segment gets its graph."""
    return max(1, shape.index_from * 4 * max(shape.dense.values(), default=1) // 1024)
