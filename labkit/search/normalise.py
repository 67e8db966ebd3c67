"""Scores of different searchers on one scale: see the table in `labkit.search.fusion`."""

import numpy as np
from numpy.typing import NDArray

from labkit.search.hits import Hits

Float64 = NDArray[np.float64]


def normalise(hits: Hits, method: str, out: Float64) -> Float64:
    """Write the normalised scores less that of a document which is not in the list, and return the latter `(nq,)`."""
    found = hits.ids >= 0
    count = np.maximum(found.sum(axis=1), 1)
    scores = np.where(found, hits.scores, 0).astype(np.float64)
    if not np.isfinite(scores).all():
        raise ValueError(
            f"{method} needs finite scores, but query {int(np.argwhere(~np.isfinite(scores))[0, 0])} has others"
        )
    lowest = np.where(found, scores, np.inf).min(axis=1, initial=np.inf)
    highest = np.where(found, scores, -np.inf).max(axis=1, initial=-np.inf)
    constant = ~(highest > lowest)
    if method == "min-max":
        low, width, if_equal = lowest, highest - lowest, 1.0
    else:
        mean = scores.sum(axis=1) / count
        deviation = np.sqrt(np.where(found, (scores - mean[:, None]) ** 2, 0).sum(axis=1) / count)
        if method == "z-score":
            low, width, if_equal = mean, deviation, 0.0
        else:
            low, width, if_equal = mean - 3 * deviation, 6 * deviation, 0.5
    safe_low, safe_width = np.where(constant, 0, low), np.where(constant, 1, width)
    np.divide(scores - safe_low[:, None], safe_width[:, None], out=out)
    out[constant] = if_equal
    if method != "z-score":
        return np.zeros(len(out))
    missing = np.where(constant, 0.0, (np.where(constant, 0, lowest) - safe_low) / safe_width)
    out -= missing[:, None]
    return missing
