"""Layers in 16-bit whole numbers against float64, within what rounding allows and no more."""

import math

import numpy as np
import pytest

from labkit.kernels.gelu import gelu
from labkit.kernels.linear16 import GELU, LARGEST, LARGEST_NORM, NOTHING, PLUS, fast, linear16, pack


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def steps(rows):
    norms, peaks = np.linalg.norm(rows.astype(float), axis=1), np.abs(rows).max(axis=1, initial=0)
    return np.maximum(norms / LARGEST_NORM, peaks / LARGEST)


def exact_and_bound(x, weight, bias):
    """The layer in float64, and what it may be off: half a step of each number, and float32's last digits."""
    exact = x.astype(float) @ weight.T.astype(float) + bias
    s, t = steps(x)[:, None], steps(weight)[None]
    off = s / 2 * np.abs(weight).sum(1) + t / 2 * np.abs(x).sum(1)[:, None] + s * t * x.shape[1] / 4
    size = np.linalg.norm(x, axis=1)[:, None] * np.linalg.norm(weight, axis=1) + np.abs(bias)
    return exact, off + 1e-6 * size


def is_right(found, exact, bound):
    return found.shape == exact.shape and found.dtype == np.float32 and (np.abs(found - exact) <= bound).all()


@pytest.mark.parametrize("m", [0, 1, 5, 6, 7, 71, 72, 73, 150])
@pytest.mark.parametrize(("n", "d"), [(1, 1), (16, 384), (17, 7), (48, 2), (40, 33)])
def test_within_what_rounding_allows(m, n, d):
    x, weight, bias, other = numbers(m, d), numbers(n, d, seed=1), numbers(n, seed=2), numbers(m, n, seed=3)
    exact, bound = exact_and_bound(x, weight, bias)
    held = pack(weight)
    assert is_right(linear16(x, held, bias), exact, bound)
    assert is_right(linear16(x, held, bias, then=PLUS, other=other), exact + other, bound + 1e-6 * np.abs(other))
    normal = np.array([[v * (1 + math.erf(v / math.sqrt(2))) / 2 for v in row] for row in exact]).reshape(m, n)
    assert is_right(linear16(x, held, bias, then=GELU), normal, 1.13 * bound + 2e-6)  # gelu is nowhere steeper


@pytest.mark.parametrize(
    "row",
    [
        np.ones(384),  # the largest sum of products
        np.r_[1, np.zeros(383)],  # all of the norm in one number
        np.tile([1, -1], 192),
        np.zeros(384),
        np.r_[1e-10, np.zeros(383)],
        np.r_[1e15, np.ones(383)],
        np.geomspace(1e-6, 1e6, 384),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_extremes_do_not_overflow(row, sign):
    weight = np.stack([np.ones(384), -row, np.zeros(384), row, np.r_[np.zeros(383), 1]]).astype(np.float32)
    x = np.stack([sign * row] * 7).astype(np.float32)
    exact, bound = exact_and_bound(x, weight, np.zeros(5, np.float32))
    assert is_right(linear16(x, pack(weight), np.zeros(5, np.float32)), exact, 1.0001 * bound)


def test_a_row_depends_on_itself_and_not_on_its_neighbours_or_the_threads():
    x, held, bias, other = (
        numbers(200, 384),
        pack(numbers(400, 384, seed=1)),
        numbers(400, seed=2),
        numbers(200, 400, seed=3),
    )
    for then, more in ((NOTHING, None), (GELU, None), (PLUS, other)):
        everything = linear16(x, held, bias, then=then, other=more)
        for rows in (slice(0, 1), slice(3, 12), slice(70, 143), slice(199, 200)):
            some = None if more is None else more[rows]
            for threads in (1, 3):
                found = linear16(x[rows], held, bias, then=then, other=some, threads=threads)
                np.testing.assert_array_equal(found, everything[rows])
        np.testing.assert_array_equal(linear16(x, held, bias, then=then, other=more, threads=2), everything)


def test_arrays_that_lie_in_pieces():
    x, weight, bias = numbers(20, 64)[::2, ::2], numbers(32, 64, seed=1)[:, ::2], numbers(32, seed=2)
    whole = linear16(x.copy(), pack(weight.copy()), bias)
    np.testing.assert_array_equal(linear16(x, pack(weight), bias), whole)


def test_gelu_is_right_to_seven_digits():
    given = np.linspace(-30, 30, 6001, dtype=np.float32)
    wanted = [v * (1 + math.erf(v / math.sqrt(2))) / 2 for v in given.astype(float)]
    np.testing.assert_allclose([gelu(v) for v in given], wanted, atol=1e-6, rtol=2e-7)


def test_fast_means_avx2_alone(monkeypatch):
    from labkit.kernels import linear16, shapes

    for vectors, shape, wanted in ((True, "avx2", True), (True, "avx512", False), (False, "avx2", False)):
        monkeypatch.setattr(linear16, "VECTORS", vectors)
        monkeypatch.setattr(linear16, "SHAPE", shapes.SHAPES[shape])
        assert fast() is wanted
