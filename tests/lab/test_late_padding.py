import numpy as np
import pytest

from labkit.lab.late_padding import padding_table, zero_masked
from labkit.models.token_vectors import TokenVectors
from labkit.search.late import maxsim

QUERIES = TokenVectors.of([[[1, 0], [0, -1]], [[0, 1]]])
DOCUMENTS = TokenVectors.of([[[-0.6, 0.8]], [[0.6, 0.8], [0, 1], [-0.6, 0.8]], [[0.8, -0.6], [1, 0]]])


def test_right_is_maxsim_and_wrong_is_a_zero_token_more():
    right, wrong, share = zero_masked(QUERIES, DOCUMENTS)
    zero = [np.vstack([one, np.zeros((3 - len(one), 2))]) if len(one) < 3 else one for one in DOCUMENTS]
    assert right == pytest.approx(np.array([[maxsim(q, d) for d in DOCUMENTS] for q in QUERIES]), abs=1e-6)
    assert wrong == pytest.approx(np.array([[maxsim(q, d) for d in zero] for q in QUERIES]), abs=1e-6)
    # below zero: document 0 for both tokens of query 0, document 1 for its second
    assert share == pytest.approx(3 / 9)


def test_the_table_counts_lists_that_change():
    table = padding_table({"all": (QUERIES, DOCUMENTS)}, [{2: 1}, {1: 1}])
    assert table.rows[0][:4] == ("all", "2", "33.33%", "1 of 2")


def test_a_document_without_tokens_is_refused():
    with pytest.raises(ValueError, match="document 1 has no token"):
        zero_masked(QUERIES, TokenVectors.of([[[1, 0]], np.empty((0, 2))]))
