import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.models.texts import check_texts, token_budget_batches


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("one text", r"pass \['one text'\]"),
        (["a", None], "position 1 is a NoneType: None"),
        (["a", "b", float("nan")], "position 2 is a float: nan"),
        ([b"bytes"], "position 0 is a bytes"),
    ],
)
def test_what_is_not_a_list_of_texts_is_refused(texts, message):
    with pytest.raises(TypeError, match=message):
        check_texts(texts)


def test_half_a_character_is_refused():
    with pytest.raises(ValueError, match=r"position 1 holds '\\udc80'.*errors='replace'"):
        check_texts(["naïve 🙂", "a \udc80", "\udc80"])


@given(st.lists(st.integers(1, 300), max_size=60), st.integers(1, 600))
def test_batches_hold_every_text_once_within_the_budget(lengths, budget):
    lengths = np.array(lengths, np.int64)
    batches = list(token_budget_batches(lengths, budget))
    assert sorted(np.concatenate([*batches, []]).tolist()) == list(range(len(lengths)))
    assert all(lengths[batch].sum() <= budget or len(batch) == 1 for batch in batches)
    in_order = lengths[np.concatenate(batches)] if batches else lengths
    assert (np.diff(in_order) <= 0).all()
