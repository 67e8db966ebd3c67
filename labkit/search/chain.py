"""The chain for more vectors than memory holds: short binary codes in memory, full vectors in a file.

    first 128 numbers of n vectors as bits (16 bytes each, in memory)  ->  1,000 candidates
      -> their full float32 rows, read from a memory-mapped file       ->  the k best

`RescoredIndex` joins the two; what is special here is that the codes hold a prefix of the vectors, as Matryoshka allows.
"""

from pathlib import Path

import numpy as np

from labkit.checks import Vectors, as_vectors
from labkit.compress.binary import BinaryQuantizer
from labkit.compress.linear_map import LinearMap
from labkit.compress.matryoshka import check_dim
from labkit.search.binary import BinaryIndex
from labkit.search.encoded import encode_in_blocks
from labkit.search.rescore import RescoredIndex
from labkit.search.rescorer import FloatRescorer


def prefix_quantizer(width: int, dims: int) -> BinaryQuantizer:
    """A quantizer that keeps the signs of the first `dims` numbers of vectors with `width` numbers.

    Raises:
        ValueError: if `dims` is not between 1 and `width`.

    Example:
        >>> prefix_quantizer(4, 2).encode([[0.5, -0.5, 9.0, 9.0]]).tolist()
        [[128]]
    """
    prefix = np.eye(width, dtype=np.float32)[:, : check_dim(dims, width)]
    return BinaryQuantizer(np.zeros(dims, np.float32), LinearMap(prefix, f"first {dims}"))


def prefix_codes(vectors: Vectors, dims: int = 128, *, threads: int | None = None) -> BinaryIndex:
    """Binary search in the signs of the first `dims` numbers; queries keep their full width.

    Args:
        vectors: `(n, d)` float32, the most important numbers first; a memory map is read once, block by block.
        dims: numbers of which a bit is kept.
        threads: how many to use; without it, `labkit.threads()`.

    Raises:
        TypeError: if the vectors do not hold numbers.
        ValueError: if the vectors or `dims` do not fit.

    Example:
        >>> prefix_codes(np.eye(16, dtype=np.float32), 8).nbytes
        16
    """
    quantizer = prefix_quantizer(vectors.shape[1], dims)
    # What `quantizer.encode` gives, without multiplying a million rows by a matrix of zeros and ones.
    codes = encode_in_blocks(
        vectors, lambda block: np.packbits(as_vectors(block)[:, :dims] > 0, axis=1), (dims + 7) // 8, np.uint8
    )
    return BinaryIndex.from_codes(codes, quantizer, threads=threads)


def chain(codes: BinaryIndex, vectors: Vectors, candidates: int = 1000, *, k: int = 10) -> RescoredIndex:
    """The chain with so many candidates for `k` hits; the vectors are used where they lie.

    Raises:
        TypeError: if the vectors are not float32.
        ValueError: if `candidates` is below `k`, or codes and vectors do not fit.

    Example:
        >>> eye = np.eye(16, dtype=np.float32)
        >>> chain(prefix_codes(eye, 8), eye, candidates=4, k=2).shortlist(2)
        4
    """
    if candidates < k:
        raise ValueError(f"candidates should be at least the {k} hits wanted, but is {candidates}")
    return RescoredIndex(codes, FloatRescorer(vectors, threads=codes.threads), oversample=candidates / k)


def first_rows(codes: BinaryIndex, n: int, *, threads: int | None = None) -> BinaryIndex:
    """The same index over its first `n` documents only; nothing is copied.

    Args:
        codes: the index.
        n: documents to keep.
        threads: how many to use; without it, as many as the index uses.

    Raises:
        ValueError: if `n` is not between 1 and the number of documents.
    """
    if not 1 <= n <= len(codes):
        raise ValueError(f"n should be between 1 and {len(codes):,} documents, but is {n:,}")
    return BinaryIndex.from_codes(codes.codes[:n], codes.quantizer, threads=threads or codes.threads)


def shorter_codes(codes: BinaryIndex, width: int, dims: int) -> BinaryIndex:
    """The codes of a shorter prefix of the same vectors: the first bits of a code are the code of the first numbers.

    Args:
        codes: from `prefix_codes`.
        width: numbers of a full vector.
        dims: a multiple of 8, at most the bits of the codes.

    Raises:
        ValueError: if `dims` is none of these.

    Example:
        >>> eye = np.eye(16, dtype=np.float32)
        >>> bool((shorter_codes(prefix_codes(eye, 16), 16, 8).codes == prefix_codes(eye, 8).codes).all())
        True
    """
    if dims % 8 or not 8 <= dims <= codes.dim:
        raise ValueError(f"dims should be a multiple of 8 and at most {codes.dim}, but is {dims}")
    cut = np.ascontiguousarray(codes.codes[:, : dims // 8])
    return BinaryIndex.from_codes(cut, prefix_quantizer(width, dims), threads=codes.threads)


def load_chain(codes: Path, vectors: Path, candidates: int = 1000, *, k: int = 10) -> RescoredIndex:
    """The chain over a saved `BinaryIndex` and a `.npy` file of vectors, of which the first rows belong to the codes.

    Raises:
        FileNotFoundError: if one of the two is missing.
        ValueError: if they do not fit.
    """
    first = BinaryIndex.load(codes)
    rows: Vectors = np.load(vectors, mmap_mode="r")
    return chain(first, rows[: len(first)], candidates, k=k)
