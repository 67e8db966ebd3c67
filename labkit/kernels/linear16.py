"""A layer `x @ W' + b` in 16-bit whole numbers, for CPUs that multiply them faster than float32 numbers.

Each row of x and each row of W gets a scale of its own and is rounded to whole numbers; products and sums of those are
exact, and the result is scaled back:

    q = round(x / s)    w = round(W / t)    x @ W'  =  s t (q @ w')

A sum of 32 bits must not overflow. The steps s and t make the norm of every row, before it is rounded, at most 46,000
whole numbers; rounding adds at most sqrt(d) / 2; and 46,340² is 2^31. So no sum of products, and no part of one, reaches
2^31 (Cauchy-Schwarz) for any d below 400,000. Each of 384 numbers keeps about 12 bits; bfloat16 keeps 8. What a row becomes
depends on that row alone, not on how many there are or how threads share them.

AVX2 has VPMADDWD: 16 products and their sums by twos. Elsewhere plain loops give the same sums, about 25 times as slowly;
after a gelu the last digit may differ.
"""

from dataclasses import dataclass

import numpy as np
from numba import boolean, float32, int32, int64, njit, types
from numpy.typing import NDArray

from labkit import settings
from labkit.kernels.compile import array, kernel
from labkit.kernels.shapes import SHAPE, VPMADDWD, has_vpmaddwd
from labkit.kernels.threads import run, split

VECTORS = has_vpmaddwd() and settings.simd_allowed()
if VECTORS:
    from labkit.kernels.linear16_ir import add, products, take_gelu
else:
    from labkit.kernels.linear16_plain import add, products, take_gelu

Floats = NDArray[np.float32]
Pairs = NDArray[np.int32]  # two 16-bit numbers each, the first one in the lower half

ROWS, LANES = VPMADDWD.rows, VPMADDWD.lanes
LARGEST_NORM = 46_000  # of a row, in its whole numbers
LARGEST = 32_767
_TINY = np.finfo(np.float32).tiny
_BLOCK = 12 * ROWS  # rows whose numbers stay in the level-2 cache while all weights pass by


def fast() -> bool:
    """Whether this CPU is faster in 16-bit numbers than in float32: it has AVX2, and not the wider AVX-512."""
    return VECTORS and SHAPE.name == VPMADDWD.family


@dataclass(frozen=True)
class Weights16:
    """A weight `(n, d)` as whole numbers; n is filled up to whole groups.

    Attributes:
        n: outputs of the layer.
        d: inputs of the layer.
        pairs: `(groups, d / 2, LANES)`: the numbers of a row of W two by two, those of neighbouring rows side by side.
        steps: `(groups * LANES,)` what 1 is worth in each row.
    """

    n: int
    d: int
    pairs: Pairs
    steps: Floats


def pack(weight: Floats) -> Weights16:
    """The weight `(n, d)` of a layer from d to n numbers, rounded to 16 bits a number."""
    n, d = weight.shape
    groups, pairs = -(-n // LANES), -(-d // 2)
    filled = np.zeros((groups * LANES, 2 * pairs), np.float32)
    filled[:n, :d] = weight
    norms, peaks = np.linalg.norm(filled.astype(np.float64), axis=1), np.abs(filled).max(axis=1, initial=0)
    steps = np.maximum(np.maximum(norms / LARGEST_NORM, peaks / LARGEST), _TINY).astype(np.float32)
    whole = np.rint(filled / steps[:, None]).astype(np.int16).reshape(groups, LANES, pairs, 2).transpose(0, 2, 1, 3)
    return Weights16(n, d, np.ascontiguousarray(whole).view(np.int32)[..., 0], steps)


def linear16(
    x: Floats, weights: Weights16, bias: Floats, *, gelu: bool = False, other: Floats | None = None, threads: int = 1
) -> Floats:
    """`x @ W' + b`, `(m, n)` float32, in 16-bit products.

    Args:
        x: `(m, d)`; a row that is not finite becomes NaN.
        weights: what `pack` made of the weight `(n, d)`.
        bias: `(n,)`.
        gelu: take gelu of the sum.
        other: `(m, n)`, added last.
        threads: how many share the columns.

    Raises:
        ValueError: if the shapes do not fit.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> x, weight = rng.normal(size=(9, 384)).astype("f4"), rng.normal(size=(5, 384)).astype("f4")
        >>> found = linear16(x, pack(weight), np.ones(5, "f4"))
        >>> bool(np.abs(found - (x @ weight.T + 1)).max() < 0.02)
        True
    """
    m, n, width = len(x), weights.n, len(weights.steps)
    shapes = x.shape, bias.shape, (m, n) if other is None else other.shape
    if shapes != (wanted := ((m, weights.d), (n,), (m, n))):
        raise ValueError(f"x, bias and other should have the shapes {wanted}, but have {shapes}")
    height = max(m, ROWS)
    rows, ends = _filled(x, height, x.shape[1]), _filled(bias[None], 1, width)[0]
    sums = np.empty((height, width), np.float32)
    plus = _filled(other, height, width) if other is not None else sums[:0]
    parts = split(len(weights.pairs), weights.pairs[0].nbytes * (height // ROWS), threads)
    run(
        lambda _, start, stop: linear16_layer(rows, weights.pairs, weights.steps, ends, gelu, plus, start, stop, sums),
        parts,
    )
    return sums if sums.shape == (m, n) else np.ascontiguousarray(sums[:m, :n])


def _filled(numbers: Floats, height: int, width: int) -> Floats:
    """The numbers in one piece, filled up with zeros."""
    down, right = height - numbers.shape[0], width - numbers.shape[1]
    return np.ascontiguousarray(np.pad(numbers, ((0, down), (0, right))) if down or right else numbers)


@njit(fastmath={"nnan", "nsz"})
def _peak(x: Floats, i: int) -> np.float32:
    highest = np.float32(0)
    for j in range(x.shape[1]):
        highest = max(highest, abs(x[i, j]))
    return highest


@njit(fastmath={"reassoc"})
def _norm(x: Floats, i: int, scale: np.float32) -> np.float32:
    total = np.float32(0)
    for j in range(x.shape[1]):
        total += (x[i, j] * scale) * (x[i, j] * scale)
    return np.float32(np.sqrt(total))


@njit
def _step(x: Floats, i: int) -> np.float32:
    """What 1 is worth in a row; NaN if a number is not finite."""
    peak = max(_peak(x, i), np.float32(_TINY))
    norm = _norm(x, i, np.float32(1) / peak)  # in peaks: squares of the numbers themselves may leave float32's range
    if not norm < np.inf:
        return np.float32(np.nan)
    return max(peak * max(norm / np.float32(LARGEST_NORM), np.float32(1 / LARGEST)), np.float32(_TINY))


@njit
def _round(x: Floats, i: int, whole: NDArray[np.int16], twos: Pairs, rows: Pairs, block: int, steps: Floats) -> None:
    """ROWS rows of x from row i on as whole numbers, in `rows` `(blocks, d / 2, ROWS)`, and what 1 is worth in each.

    `whole` `(ROWS, d)` is room to work in, and `twos` the same room as pairs.
    """
    for r in range(ROWS):
        step = _step(x, i + r)
        steps[block * ROWS + r] = step
        scale = np.float32(1) / step
        for j in range(x.shape[1]):
            whole[r, j] = np.int16(np.rint(x[i + r, j] * scale))
    for pair in range(twos.shape[1]):
        for r in range(ROWS):
            rows[block, pair, r] = twos[r, pair]


@kernel(
    types.void(
        array(float32, 2),
        array(int32, 3),
        array(float32, 1),
        array(float32, 1),
        boolean,
        array(float32, 2),
        int64,
        int64,
        array(float32, 2, written=True),
    ),
    variant=VPMADDWD.name if VECTORS else "plain",
)
def linear16_layer(
    x: Floats,
    weights: Pairs,
    steps: Floats,
    bias: Floats,
    gelu: bool,
    other: Floats,
    start: int,
    stop: int,
    out: Floats,
) -> None:
    """The columns of `out` that belong to the groups `start … stop` of weights; x has at least ROWS rows.

    `other` has no rows if nothing is to be added. The last tile overlaps the one before instead of ending in the middle.
    """
    m, pairs = len(x), weights.shape[1]
    whole = np.zeros((ROWS, 2 * pairs), np.int16)
    twos = whole.view(np.int32)
    rows, row_steps = np.empty((_BLOCK // ROWS, pairs, ROWS), np.int32), np.empty(_BLOCK, np.float32)
    for first in range(0, m, _BLOCK):
        blocks = (min(_BLOCK, m - first) + ROWS - 1) // ROWS
        for block in range(blocks):
            _round(x, min(first + block * ROWS, m - ROWS), whole, twos, rows, block, row_steps)
        for group in range(start, stop):
            for block in range(blocks):
                i = min(first + block * ROWS, m - ROWS)
                products(rows, block, weights, group, row_steps, steps, bias, i, out)
                if gelu:
                    take_gelu(out, i, group * LANES)
                if len(other):
                    add(out, i, group * LANES, other)
