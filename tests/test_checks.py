import numpy as np
import pytest
import scipy.sparse

from labkit.checks import as_vectors, check_k, check_threads


def test_float32_in_order_is_passed_through_without_a_copy():
    x = np.ones((3, 4), np.float32)
    assert as_vectors(x) is x


@pytest.mark.parametrize(
    "x", [[[1, 2], [3, 4]], np.array([[1.0, 2], [3, 4]]), np.asfortranarray(np.array([[1, 2], [3, 4]], np.float32))]
)
def test_lists_float64_and_other_orders_become_float32_in_order(x):
    vectors = as_vectors(x)
    assert vectors.dtype == np.float32 and vectors.flags.c_contiguous
    assert vectors.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_row_that_is_not_finite_is_named(bad):
    x = np.zeros((5, 3), np.float32)
    x[3, 1] = bad
    with pytest.raises(ValueError, match="row 3"):
        as_vectors(x)


def test_huge_finite_values_whose_sum_overflows_are_accepted():
    x = np.full((4, 4), np.finfo(np.float32).max, np.float32)
    assert as_vectors(x) is x


@pytest.mark.filterwarnings("error")
def test_float64_too_large_for_float32_is_refused_rather_than_made_infinite():
    with pytest.raises(ValueError, match="fit into float32.*row 1"):
        as_vectors(np.array([[1.0], [1e300]]))
    with pytest.raises(ValueError, match="row 1 holds NaN"):
        as_vectors(np.array([[1.0], [np.inf]]))


def test_masked_sparse_and_ragged_input_is_refused():
    with pytest.raises(TypeError, match="masked"):
        as_vectors(np.ma.array([[1.0, 2.0]], mask=[[True, False]]))
    assert as_vectors(np.ma.array([[1.0, 2.0]])).tolist() == [[1, 2]]
    with pytest.raises(TypeError, match=r"toarray\(\)"):
        as_vectors(scipy.sparse.csr_array(np.eye(2)))
    with pytest.raises(ValueError, match="pairs should have rows of equal length"):
        as_vectors([[1.0, 2.0], [3.0]], name="pairs")


def test_read_only_and_memory_mapped_arrays_are_taken(tmp_path):
    np.save(tmp_path / "x.npy", np.eye(2, dtype=np.float32))
    assert as_vectors(np.load(tmp_path / "x.npy", mmap_mode="r")).tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        (np.zeros(3), ValueError, r"vectors\[None\]"),
        (np.zeros((2, 3, 4)), ValueError, r"\(2, 3, 4\)"),
        (np.zeros((2, 0)), ValueError, "at least one dimension"),
        (np.zeros((2, 3), complex), TypeError, "complex128"),
        ([["a", "b"]], TypeError, "dtype"),
        ([[1, None]], TypeError, "dtype"),
    ],
)
def test_other_input_is_refused_with_what_was_seen(x, error, words):
    with pytest.raises(error, match=words):
        as_vectors(x)


def test_wrong_dimensions_are_refused():
    with pytest.raises(ValueError, match="should have 3 dimensions, but has 2"):
        as_vectors(np.zeros((4, 2)), dim=3)


@pytest.mark.parametrize(
    ("k", "error"), [(0, ValueError), (-1, ValueError), (2.0, TypeError), (True, TypeError), ("3", TypeError)]
)
def test_k_is_a_whole_number_of_at_least_one(k, error):
    with pytest.raises(error):
        check_k(k)


def test_k_of_numpy_type_is_accepted():
    assert check_k(np.int64(3)) == 3


def test_threads_may_be_numpys_whole_numbers():
    assert check_threads(np.int64(2)) == 2
    with pytest.raises(TypeError, match="whole number"):
        check_threads(2.0)
