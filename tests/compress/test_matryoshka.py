import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.util import truncate_embeddings

from labkit.compress.matryoshka import (
    paired_rotation,
    pca_rotation,
    prefix_energy,
    random_dimensions,
    random_rotation,
    spectrum,
    truncate,
)


@pytest.fixture
def vectors():
    x = np.random.default_rng(3).standard_normal((200, 24)).astype(np.float32) * np.linspace(0.2, 2, 24)
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


def cosines(a, b):
    """Summed in float64, so that what is compared are the vectors and not the rounding of a float32 sum."""
    return a.astype(np.float64) @ b.astype(np.float64).T


def test_truncate_by_hand():
    # 1, 2, 2 has length 3; its first two numbers have length sqrt(5)
    np.testing.assert_allclose(truncate([[1 / 3, 2 / 3, 2 / 3]], 2), [[1 / 5**0.5, 2 / 5**0.5]], rtol=1e-6)


def test_truncate_agrees_with_sentence_transformers(vectors):
    theirs = truncate_embeddings(vectors, 7)
    theirs = theirs / np.linalg.norm(theirs, axis=1, keepdims=True)
    np.testing.assert_allclose(truncate(vectors, 7), theirs, atol=1e-6)


@given(st.integers(1, 24), st.integers(0, 2**32 - 1))
def test_truncated_rows_have_length_one_and_keep_their_direction(dim, seed):
    x = np.random.default_rng(seed).standard_normal((5, 24)) * 10.0 ** np.random.default_rng(seed).integers(-30, 30)
    short = truncate(x, dim)
    assert short.dtype == np.float32 and short.shape == (5, dim)
    np.testing.assert_allclose(np.linalg.norm(short, axis=1), 1, atol=1e-5)
    assert (np.sign(short) == np.sign(x[:, :dim])).all()


def test_zero_rows_stay_zero_and_disturb_no_other(vectors):
    with_zero = np.vstack([vectors, np.zeros((1, 24), np.float32)])
    short = truncate(with_zero, 5)
    assert not short[-1].any()
    np.testing.assert_array_equal(short[:-1], truncate(vectors, 5))


def test_a_row_that_is_zero_only_in_front_becomes_zero():
    assert truncate([[0.0, 0.0, 1.0]], 2).tolist() == [[0.0, 0.0]]


def test_float64_fortran_order_and_strides_give_the_same(vectors):
    wanted = truncate(vectors, 6)
    np.testing.assert_array_equal(truncate(vectors.astype(np.float64), 6), wanted)
    np.testing.assert_array_equal(truncate(np.asfortranarray(vectors), 6), wanted)
    np.testing.assert_array_equal(truncate(np.repeat(vectors, 2, axis=0)[::2], 6), wanted)


def test_the_input_is_left_alone(vectors):
    before = vectors.copy()
    truncate(vectors, 24)
    np.testing.assert_array_equal(vectors, before)


def test_no_vectors_give_no_vectors():
    assert truncate(np.zeros((0, 8)), 3).shape == (0, 3)


@pytest.mark.parametrize("dim", [0, -1, 25])
def test_a_dim_outside_the_vector_is_refused(vectors, dim):
    with pytest.raises(ValueError, match=rf"between 1 and 24.*is {dim}"):
        truncate(vectors, dim)


@pytest.mark.parametrize("dim", [2.0, "2", None, True])
def test_a_dim_that_is_no_whole_number_is_refused(vectors, dim):
    with pytest.raises(TypeError, match="whole number"):
        truncate(vectors, dim)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_infinity_are_refused_even_behind_the_cut(vectors, bad):
    vectors[7, 20] = bad
    with pytest.raises(ValueError, match="row 7"):
        truncate(vectors, 4)


def test_a_single_vector_is_refused_with_a_hint():
    with pytest.raises(ValueError, match=r"vectors\[None\]"):
        truncate(np.ones(4), 2)


def test_pca_matches_faiss_and_changes_no_cosine(vectors):
    rotation = pca_rotation(vectors)
    assert rotation.orthogonality_error < 1e-6
    rotated = rotation(vectors)
    np.testing.assert_allclose(cosines(rotated, rotated), cosines(vectors, vectors), atol=1e-6)
    # faiss subtracts the mean, so give it vectors whose mean is zero
    balanced = np.vstack([vectors, -vectors])
    theirs = faiss.PCAMatrix(24, 24)
    theirs.train(balanced)
    ours = np.abs(balanced @ pca_rotation(balanced).matrix)
    np.testing.assert_allclose(ours, np.abs(theirs.apply(balanced)), atol=2e-4)


def test_pca_does_not_depend_on_signs_or_order_of_the_vectors(vectors):
    np.testing.assert_allclose(pca_rotation(-vectors[::-1]).matrix, pca_rotation(vectors).matrix, atol=1e-5)


def test_pca_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one vector"):
        pca_rotation(np.zeros((0, 4)))


def agreement(rotation, q, d, dim):
    return float(((q @ rotation.matrix[:, :dim]) * (d @ rotation.matrix[:, :dim])).sum(axis=1).mean())


@pytest.mark.parametrize("dim", [1, 5, 12, 23])
def test_no_rotation_agrees_more_in_any_prefix_than_the_paired_one(vectors, dim):
    noise = np.random.default_rng(8).standard_normal(vectors.shape).astype(np.float32)
    others = vectors[:, ::-1] * 0.2 + 0.1 * noise
    paired = paired_rotation(vectors, others)
    assert paired.orthogonality_error < 1e-6
    best = agreement(paired, vectors, others, dim)
    for rival in (pca_rotation(vectors), *(random_rotation(24, seed) for seed in range(5))):
        assert agreement(rival, vectors, others, dim) < best


def test_pairs_of_a_vector_with_itself_give_pca(vectors):
    np.testing.assert_allclose(paired_rotation(vectors, vectors).matrix, pca_rotation(vectors).matrix, atol=1e-4)


@pytest.mark.parametrize("others", [np.ones((199, 24)), np.ones((200, 23))])
def test_arrays_that_are_no_pairs_are_refused(vectors, others):
    with pytest.raises(ValueError, match="pairs, one row each"):
        paired_rotation(vectors, others)
    with pytest.raises(ValueError, match="pairs, one row each"):
        paired_rotation(np.zeros((0, 3)), np.zeros((0, 3)))


def test_random_rotation_keeps_cosines_and_follows_its_seed(vectors):
    rotation = random_rotation(24, seed=1)
    assert rotation.orthogonality_error < 1e-6
    rotated = rotation(vectors)
    np.testing.assert_allclose(cosines(rotated, rotated), cosines(vectors, vectors), atol=1e-6)
    np.testing.assert_array_equal(rotation.matrix, random_rotation(24, seed=1).matrix)
    assert np.abs(rotation.matrix - random_rotation(24, seed=2).matrix).max() > 0.1


def test_random_rotation_of_no_dimensions_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        random_rotation(0, seed=0)


def test_random_dimensions_are_the_same_for_queries_and_documents(vectors):
    chosen = random_dimensions(np.eye(24), 5, seed=9)
    columns = np.flatnonzero(chosen.any(axis=1))
    assert len(columns) == 5
    np.testing.assert_allclose(
        random_dimensions(vectors, 5, seed=9),
        vectors[:, columns] / np.linalg.norm(vectors[:, columns], axis=1, keepdims=True),
        atol=1e-6,
    )


def test_energy_by_hand():
    # squared columns: 1 + 9 = 10 and 4 + 36 = 40
    np.testing.assert_allclose(prefix_energy([[1, 2], [3, 6]]), [0.2, 1.0])
    # both rows lie on one line: one direction holds everything
    np.testing.assert_allclose(spectrum([[1, 2], [3, 6]]), [1.0, 1.0])


def test_no_rotation_beats_the_spectrum(vectors):
    best = spectrum(vectors)
    assert (np.diff(best) >= 0).all() and best[-1] == pytest.approx(1)
    np.testing.assert_allclose(prefix_energy(pca_rotation(vectors)(vectors)), best, atol=1e-5)
    for seed in range(3):
        assert (prefix_energy(random_rotation(24, seed)(vectors)) <= best + 1e-6).all()


@pytest.mark.parametrize("function", [prefix_energy, spectrum])
@pytest.mark.parametrize("empty", [np.zeros((3, 4)), np.zeros((0, 4))])
def test_energy_of_nothing_is_refused(function, empty):
    with pytest.raises(ValueError, match="no length"):
        function(empty)
