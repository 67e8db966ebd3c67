"""The rotation by iterative quantization: a rotation, better at its aim in every step, and the same each time."""

import numpy as np
import pytest

from labkit import BinaryIndex, BinaryQuantizer, Collection, FlatIndex, itq_rotation, load_encoder
from labkit.compress.itq import MOST_VECTORS, corners
from labkit.compress.matryoshka import random_rotation
from labkit.unit import unit_rows


@pytest.fixture(scope="module")
def crowded():
    """Unit vectors in crowds, most of their length in a few directions, as embeddings have it."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((40, 64)) * np.linspace(2, 0.2, 64)
    return unit_rows((centres[rng.integers(0, 40, 3000)] + rng.standard_normal((3000, 64)) * 0.4).astype(np.float32))


def loss(rotation, vectors):
    """What ITQ lowers: the squared distance to the corners, of vectors of the corners' length or any other."""
    turned = vectors.astype(np.float64) @ rotation.matrix.astype(np.float64)
    return ((corners(turned) - turned) ** 2).sum()


def test_every_step_lowers_what_itq_minimises(crowded):
    losses = [loss(itq_rotation(crowded, steps=steps), crowded) for steps in range(8)]
    assert all(later < earlier for earlier, later in zip(losses[:-1], losses[1:], strict=True))


def test_no_steps_is_the_random_rotation(crowded):
    np.testing.assert_allclose(itq_rotation(crowded, steps=0, seed=3).matrix, random_rotation(64, 3).matrix, atol=1e-7)


def test_it_is_a_rotation_and_follows_its_seed(crowded):
    rotation = itq_rotation(crowded, steps=5)
    assert rotation.orthogonality_error < 1e-6
    np.testing.assert_array_equal(rotation.matrix, itq_rotation(crowded, steps=5).matrix)
    assert np.abs(rotation.matrix - itq_rotation(crowded, steps=5, seed=1).matrix).max() > 0.01


def test_two_points_go_to_opposite_corners():
    """By hand: x and -x in the plane; the nearest corners are +-(1, 1) up to the choice of one."""
    rotation = itq_rotation([[1.0, 0.0], [-1.0, 0.0]], steps=3)
    np.testing.assert_allclose(np.abs(rotation([[1.0, 0.0]])), [[0.5**0.5, 0.5**0.5]], atol=1e-6)


def recall(rotation, documents, queries):
    """The share of the ten nearest that the bits find."""
    exact = FlatIndex(documents).search(queries, 10).ids
    found = BinaryIndex(documents, BinaryQuantizer.fit(documents, rotation=rotation)).search(queries, 10).ids
    return np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found.tolist(), exact.tolist(), strict=True)])


def test_bits_of_real_vectors_find_more_after_it():
    """Learned on half of the documents, asked with questions it has never seen."""
    plant, encoder = Collection.load("plant"), load_encoder("wordllama-256")
    documents, queries = encoder.encode_documents(plant.documents), encoder.encode_queries(plant.queries)
    learned = recall(itq_rotation(documents[::2]), documents, queries)
    assert learned > max(recall(random_rotation(256, seed), documents, queries) for seed in range(3)) + 0.02


def test_tight_crowds_get_worse_as_the_docstring_warns(crowded):
    documents, queries = crowded[:2800], crowded[2800:]
    learned = recall(itq_rotation(documents), documents, queries)
    assert learned < min(recall(random_rotation(64, seed), documents, queries) for seed in range(3)) - 0.02


def test_of_many_vectors_an_even_selection_is_used():
    rng = np.random.default_rng(1)
    many = rng.standard_normal((2 * MOST_VECTORS, 4)).astype(np.float32)
    np.testing.assert_array_equal(itq_rotation(many, steps=2).matrix, itq_rotation(many[::2], steps=2).matrix)


@pytest.mark.parametrize(
    ("vectors", "steps", "error"),
    [(np.empty((0, 4)), 3, ValueError), (np.eye(4), -1, ValueError), (np.eye(4), 2.5, TypeError), (np.eye(4), True, TypeError)],
)  # fmt: skip
def test_bad_input_is_refused(vectors, steps, error):
    with pytest.raises(error):
        itq_rotation(vectors, steps=steps)
