"""gelu(v) = v * P(a normal number < v), with the normal distribution function as a polynomial: right to within 1e-6.

Source: Hendrycks and Gimpel 2016, "Gaussian Error Linear Units"; this is the exact one, not its tanh approximation.
"""

import math

import numpy as np
from numba import njit
from numpy.polynomial import chebyshev

FAR = np.float32(5.5)  # from here on the distribution function is 0 or 1, to within 2e-8
DEGREE = 15
SCALE = 2 / FAR**2


def _coefficients() -> tuple[np.float32, ...]:
    # Through the Chebyshev points, where a polynomial's largest error is close to the smallest possible.
    u = chebyshev.chebpts1(DEGREE + 1)
    v = float(FAR) * np.sqrt((u + 1) / 2)
    slopes = [math.erf(one / math.sqrt(2)) / 2 / one for one in v]
    return tuple(np.float32(c) for c in chebyshev.cheb2poly(chebyshev.chebfit(u, slopes, DEGREE)))


COEFFICIENTS = _coefficients()
"""P(a normal number < v) = 1/2 + v * (c[0] + c[1] u + c[2] u² + ...) with u = SCALE v² - 1, which runs from -1 to 1."""


@njit
def gelu(v: np.float32) -> np.float32:
    """The function of one number."""
    above = -FAR if v < -FAR else v  # below, it is 0 to seven digits
    near = FAR if above > FAR else above
    u = near * near * SCALE - np.float32(1)
    slope = COEFFICIENTS[DEGREE]
    for power in range(DEGREE - 1, -1, -1):
        slope = slope * u + COEFFICIENTS[power]
    return np.float32(above * (near * slope + np.float32(0.5)))
