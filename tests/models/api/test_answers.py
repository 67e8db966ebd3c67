import math

import numpy as np
import pytest

from labkit.models.api.answers import data_list, unit_vectors
from labkit.models.api.vendor import Ask


def ask(texts, output="float"):
    return Ask("m", ["t"] * texts, "document", None, output)


def test_entries_without_numbers_keep_their_order():
    assert data_list({"data": [{"embedding": [1]}, {"embedding": [2]}]}, ask(2)) == [[1], [2]]


@pytest.mark.parametrize(
    "data",
    [
        [{"index": 0, "embedding": [1]}],
        [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [2]}],
        [{"index": 1, "embedding": [1]}, {"index": 2, "embedding": [2]}],
        [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [2]}, {"index": 2, "embedding": [3]}],
        [{"index": "0", "embedding": [1]}, {"index": None, "embedding": [2]}],
        [],
    ],
)
def test_too_few_too_many_or_wrongly_numbered(data):
    with pytest.raises(ValueError, match="vectors for 2 texts"):
        data_list({"data": data}, ask(2))


@pytest.mark.parametrize("answer", [{}, {"data": None}, {"data": [1, 2]}, {"data": [{"index": 0}]}, {"data": 3}])
def test_another_form_is_said(answer):
    with pytest.raises(ValueError, match="'data'"):
        data_list(answer, ask(2))


def test_vectors_become_unit_vectors():
    got = unit_vectors([[3, 4], [0, -2]], ask(2), 2)
    np.testing.assert_allclose(got, [[0.6, 0.8], [0, -1]])
    assert got.dtype == np.float32


def test_packed_bits_by_hand():
    got = unit_vectors([[0b10100000]], ask(1, "ubinary"), 8)
    np.testing.assert_allclose(got * math.sqrt(8), [[1, -1, 1, -1, -1, -1, -1, -1]], rtol=1e-6)


@pytest.mark.parametrize(
    ("rows", "output", "message"),
    [
        ([[1.0, 2.0]], "float", "1 vectors for 2 texts"),
        ([[1.0, 2.0], [1.0]], "float", "rows of equal length"),
        ([[1.0, 2.0, 3.0]] * 2, "float", "should have 2 dimensions, but has 3"),
        ([[1.0, math.nan], [1.0, 2.0]], "float", "row 0 holds NaN"),
        ([[1.0, 2.0], [1.0, math.inf]], "float", "row 1 holds NaN or infinity"),
        ([[1.0, 2.0], [0.0, 0.0]], "float", "vector 1 is all zeros"),
        ([[1.0, 1e300], [1.0, 2.0]], "float", "float32"),
        (["AAAAPw", "AAAAPwAAAD8="], "base64", "padding|base64"),
        (["AAAA", "AAAA"], "base64", "buffer size"),
        ([[256], [3]], "ubinary", "0 to 255"),
        ([[-1], [3]], "ubinary", "0 to 255"),
        ([[1.5], [3]], "ubinary", "0 to 255"),
        ([[1], [3]], "ubinary", "should have 2 dimensions, but has 8"),
    ],
)
def test_what_cannot_be_used_is_said(rows, output, message):
    with pytest.raises(ValueError, match=message):
        unit_vectors(rows, ask(2, output), 2)


@pytest.mark.parametrize("rows", [[[None, 1.0]] * 2, [["0.1", "0.2"]] * 2, [{"a": 1}] * 2])
def test_what_is_no_number_is_said(rows):
    with pytest.raises((TypeError, ValueError)):
        unit_vectors(rows, ask(2), 2)
