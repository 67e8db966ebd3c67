"""Layers in 16-bit whole numbers against float64, within what rounding allows and no more."""

import math

import numpy as np
import pytest
from numba import njit

from labkit.kernels import linear16 as linear16_module
from labkit.kernels.gelu import gelu
from labkit.kernels.linear16 import LARGEST, LARGEST_NORM, fast, linear16, pack


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def steps(rows):
    norms, peaks = np.linalg.norm(rows.astype(float), axis=1), np.abs(rows).max(axis=1, initial=0)
    return np.maximum(norms / LARGEST_NORM, peaks / LARGEST)


def exact_and_bound(x, weight, bias):
    """The layer in float64, and what it may be off: half a step of each number, and float32's last digits."""
    x, weight = x.astype(float), weight.astype(float)
    exact = x @ weight.T + bias
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
    assert is_right(linear16(x, held, bias, other=other), exact + other, bound + 1e-6 * np.abs(other))
    normal = np.array([[v * (1 + math.erf(v / math.sqrt(2))) / 2 for v in row] for row in exact]).reshape(m, n)
    off = 1.13 * bound + 2e-6  # gelu is nowhere steeper
    assert is_right(linear16(x, held, bias, gelu=True), normal, off)
    assert is_right(linear16(x, held, bias, gelu=True, other=other), normal + other, off + 1e-6 * np.abs(other))


@pytest.mark.parametrize(
    "row",
    [
        np.ones(384),  # the largest sum of products
        np.r_[1, np.zeros(383)],  # all of the norm in one number
        np.tile([1, -1], 192),
        np.zeros(384),
        np.r_[1e-10, np.zeros(383)],
        np.full(384, 1e-23),  # its squares are 0 in float32
        np.r_[1e15, np.ones(383)],
        np.full(384, 1e18),  # the sum of its squares is infinite
        np.geomspace(1e-6, 1e6, 384),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_extremes_do_not_overflow(row, sign):
    one = row / max(1e-30, np.abs(row).max())
    others = np.stack([np.ones(384), -one, np.zeros(384), one, np.r_[np.zeros(383), 1]] * 2).astype(np.float32)
    extreme = np.stack([sign * row] * 7).astype(np.float32)
    for x, weight in ((extreme, others), (others, extreme)):
        bias = np.zeros(len(weight), np.float32)
        exact, bound = exact_and_bound(x, weight, bias)
        assert is_right(linear16(x, pack(weight), bias), exact, 1.0001 * bound)


def test_a_row_depends_on_itself_and_not_on_its_neighbours_or_the_threads():
    x, held, bias, other = (
        numbers(200, 384),
        pack(numbers(400, 384, seed=1)),
        numbers(400, seed=2),
        numbers(200, 400, seed=3),
    )
    for with_gelu, more in ((False, None), (True, None), (False, other), (True, other)):
        everything = linear16(x, held, bias, gelu=with_gelu, other=more)
        for rows in (slice(0, 1), slice(3, 12), slice(70, 143), slice(199, 200)):
            some = None if more is None else more[rows]
            for threads in (1, 3):
                found = linear16(x[rows], held, bias, gelu=with_gelu, other=some, threads=threads)
                np.testing.assert_array_equal(found, everything[rows])
        np.testing.assert_array_equal(linear16(x, held, bias, gelu=with_gelu, other=more, threads=2), everything)


def test_arrays_that_lie_in_pieces():
    x, weight, bias = numbers(20, 64)[::2, ::2], numbers(32, 64, seed=1)[:, ::2], numbers(32, seed=2)
    whole = linear16(x.copy(), pack(weight.copy()), bias)
    np.testing.assert_array_equal(linear16(x, pack(weight), bias), whole)


def test_gelu_is_right_to_a_millionth():
    given = np.r_[np.linspace(-30, 30, 6001), -1e4, 1e4].astype(np.float32)
    wanted = np.array([v * (1 + math.erf(v / math.sqrt(2))) / 2 for v in given.astype(float)])
    np.testing.assert_allclose([gelu(v) for v in given], wanted, atol=1e-6, rtol=2e-7)
    one = pack(np.ones((1, 1), np.float32))
    off = np.abs(linear16(given[:, None], one, np.zeros(1, np.float32), gelu=True)[:, 0] - wanted)
    assert (off <= 1e-6 + 4e-5 * np.abs(given)).all()  # and the rounding of x


@pytest.mark.parametrize(
    ("x", "bias", "other"),
    [
        ((7, 16), (5,), None),  # x wider than the weights
        ((7, 4), (5,), None),
        ((7, 8), (1,), None),
        ((7, 8), (6,), None),
        ((7, 8), (5,), (3, 5)),
        ((7, 8), (5,), (7, 6)),
    ],
)
def test_shapes_that_do_not_fit_are_refused(x, bias, other):
    more = None if other is None else numbers(*other)
    with pytest.raises(ValueError, match=r"should have the shapes \(\(7, 8\), \(5,\)"):
        linear16(numbers(*x), pack(numbers(5, 8)), numbers(*bias), other=more)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_row_that_is_not_finite_becomes_nan_and_no_other(bad):
    x, held, bias = numbers(9, 40), pack(numbers(20, 40, seed=1)), numbers(20, seed=2)
    wanted = linear16(x, held, bias)
    x[4, 7] = bad
    wanted[4] = np.nan
    np.testing.assert_array_equal(linear16(x, held, bias), wanted)


@pytest.mark.skipif(not linear16_module.VECTORS, reason="this CPU has no AVX2: there is nothing to compare")
def test_vector_and_plain_tiles_agree():
    from labkit.kernels import linear16_ir, linear16_plain

    draw = np.random.default_rng(0)
    rows, weights = (draw.integers(-3000, 3000, (n, 9, 2 * lanes)).astype(np.int16) for n, lanes in ((2, 6), (3, 16)))
    given = numbers(12), numbers(48, seed=1), numbers(48, seed=2), numbers(12, 48, seed=3)
    found = []
    for tile in (linear16_ir, linear16_plain):
        products, take_gelu, add = tile.products, tile.take_gelu, tile.add

        @njit
        def tiles(rows, weights, row_steps, steps, bias, other, out, products=products, take_gelu=take_gelu, add=add):
            for group in range(3):
                for block in range(2):
                    products(rows, block, weights, group, row_steps, steps, bias, 6 * block, out)
            take_gelu(out, 6, 16)
            add(out, 3, 32, other)

        out = np.zeros((12, 48), np.float32)
        tiles(rows.view(np.int32), weights.view(np.int32), *given, out)
        found.append(out)
    assert np.abs(found[0]).min(axis=1).all()
    np.testing.assert_array_equal(np.delete(found[0], range(16, 32), 1), np.delete(found[1], range(16, 32), 1))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6, atol=1e-6)  # a gelu of one may be fused


def test_fast_means_avx2_alone(monkeypatch):
    from labkit.kernels import linear16, shapes

    for vectors, shape, wanted in ((True, "avx2", True), (True, "avx512", False), (False, "avx2", False)):
        monkeypatch.setattr(linear16, "VECTORS", vectors)
        monkeypatch.setattr(linear16, "SHAPE", shapes.SHAPES[shape])
        assert fast() is wanted
