"""int8 search: a byte a dimension, multiplied as whole numbers.

    number      0.31  -0.12   0.70        step 0.01
    level         31    -12     70        31*31 + 12*12 + … : exact, and four times less to read than float32

Documents keep the levels of the quantizer. A query is spread over all 255 levels by itself: its largest number becomes
127. That changes its length, not the order of its hits.
"""

import numpy as np
from numpy.typing import NDArray

from labkit.compress.int8 import Int8Quantizer
from labkit.search.levels import Best, BestOf, LevelIndex

Codes = NDArray[np.int8]


class Int8Index(LevelIndex[Int8Quantizer]):
    """Inner-product search in int8 codes, queries as int8 too: exact among whole numbers.

    The codes are used where they lie, a memory-mapped file larger than memory included.

    Attributes:
        quantizer: turns vectors into codes; its steps may be shared or differ from dimension to dimension.
        codes: `(n, d)` int8.

    Example:
        >>> index = Int8Index([[1, 0], [0, 1], [0.6, 0.8]])
        >>> index.search([[0, 1]], k=2).ids
        array([[1, 2]])
    """

    codes: Codes
    _quantizers, _dtype = Int8Quantizer, np.int8

    @staticmethod
    def _kernels() -> tuple[Best, BestOf]:
        from labkit.kernels.coded import best_of_int8, best_products

        return best_products, best_of_int8
