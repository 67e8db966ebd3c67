import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.kernels.topk import EMPTY, best_first, key_of, replace_worst, score_of

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


def test_key_by_hand():
    assert key_of(np.float32(0.5), 7) == (0x3F000000 << 32) | 0xFFFFFFF8


def test_empty_is_worse_than_the_worst_score():
    worst = key_of(np.float32(np.finfo(np.float32).min), 2**32 - 2)
    assert worst > EMPTY
    assert score_of(np.int64(EMPTY)) == -np.inf


def test_negative_scores_and_denormals_keep_their_order():
    scores = [-3e38, -1.0, -1e-45, 0.0, 1e-45, 1.0, 3e38]
    keys = [key_of(np.float32(score), 5) for score in scores]
    assert keys == sorted(keys)
    assert [score_of(np.int64(key)) for key in keys] == [np.float32(score) for score in scores]


@given(FLOATS, FLOATS, st.integers(0, 2**32 - 2), st.integers(0, 2**32 - 2))
def test_keys_order_by_score_then_smaller_id(a, b, i, j):
    a, b = np.float32(a) + np.float32(0), np.float32(b) + np.float32(0)
    better = a > b or (a == b and i < j)
    assert (key_of(a, i) > key_of(b, j)) == better


@settings(deadline=None)
@given(st.lists(st.integers(-3, 3), max_size=60), st.integers(1, 20))
def test_heap_keeps_what_a_sort_would(scores, k):
    keys = np.full(k, EMPTY)
    for document, score in enumerate(scores):
        key = key_of(np.float32(score), document)
        if key > keys[0]:
            replace_worst(keys, key)
    found, ids = best_first(keys[None, None])
    expected = sorted(range(len(scores)), key=lambda i: (-scores[i], i))[:k]
    assert ids[0].tolist() == expected + [-1] * (k - len(expected))
    assert found[0].tolist() == [scores[i] for i in expected] + [-np.inf] * (k - len(expected))


def test_lists_of_several_threads_become_one():
    keys = np.array([[[key_of(0.5, 3), key_of(0.9, 1)]], [[key_of(0.5, 2), EMPTY]]])
    scores, ids = best_first(keys)
    assert ids.tolist() == [[1, 2]]
    assert scores.tolist() == [[np.float32(0.9), 0.5]]
