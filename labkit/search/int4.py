"""int4 search: half a byte a dimension, two dimensions in a byte, multiplied as whole numbers.

    numbers     0.31  -0.12      step 0.1
    levels         3     -1      + 8: 11 and 7, one byte 0x7B

Eight times less to read than float32. A query keeps the 255 levels of int8: there is only one of it, so its bytes do not
matter, and what is lost is lost in the documents alone.
"""

import numpy as np
from numpy.typing import NDArray

from labkit.compress.int8 import Int4Quantizer
from labkit.search.levels import Best, BestOf, LevelIndex

Codes = NDArray[np.uint8]


class Int4Index(LevelIndex[Int4Quantizer]):
    """Inner-product search in int4 codes, queries as int8: exact among whole numbers.

    The codes are used where they lie, a memory-mapped file larger than memory included.

    Attributes:
        quantizer: turns vectors into codes; its steps may be shared or differ from dimension to dimension.
        codes: `(n, ceil(d / 2))` uint8, as `Int4Quantizer.encode` packs them.

    Example:
        >>> index = Int4Index([[1, 0], [0, 1], [0.6, 0.8]])
        >>> index.search([[0, 1]], k=2).ids
        array([[1, 2]])
    """

    codes: Codes
    _quantizers = Int4Quantizer

    @staticmethod
    def _kernels() -> tuple[Best, BestOf]:
        from labkit.kernels.coded import best_int4, best_of_int4

        return best_int4, best_of_int4
