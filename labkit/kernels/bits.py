"""Float queries against binary codes: the inner product of a query and a vector of +1 and -1.

    sum over j of query[j] * (+1 or -1)  =  2 * (sum of query[j] where the bit is 1) - (sum of all query[j])

For each byte of a code the inner sum has only 256 possible values, so they are added up beforehand; a document of 384
bits then costs 48 look-ups instead of 384 multiplications. Sums are float64, rounded once.
"""

import numpy as np
from numba import float64, int64, njit, types, uint8
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.topk import Keys, key_of, replace_worst

Codes = NDArray[np.uint8]
Float64 = NDArray[np.float64]
Ids = NDArray[np.int64]


@njit
def byte_sums(query: Float64, table: Float64) -> None:
    """`table[b, v]`: the sum of those numbers of byte b of the query whose bit in v is 1; the highest bit comes first."""
    for b in range(len(table)):
        table[b, 0] = 0.0
        for place in range(8):
            j = 8 * b + 7 - place
            number = query[j] if j < len(query) else 0.0
            for lower in range(1 << place):
                table[b, (1 << place) + lower] = number + table[b, lower]


@kernel(types.void(array(uint8, 2), array(float64, 2), array(int64, 2), array(int64, 2, written=True)))
def refine(codes: Codes, queries: Float64, candidates: Ids, keys: Keys) -> None:
    """Keep the k best of each query's own candidates `(nq, m)`; a candidate of -1 is no document.

    Scores are inner products of the queries `(nq, d)` and the unit vectors that the codes `(n, ceil(d / 8))` stand for.
    """
    d, width = queries.shape[1], codes.shape[1]
    table = np.empty((width, 256), np.float64)
    for q in range(len(queries)):
        byte_sums(queries[q], table)
        total = queries[q].sum()
        for i in candidates[q]:
            if i >= 0:
                ones = 0.0
                for b in range(width):
                    ones += table[b, codes[i, b]]
                key = key_of(np.float32((2 * ones - total) / np.sqrt(d)) + np.float32(0), i)
                if key > keys[q, 0]:
                    replace_worst(keys[q], key)
