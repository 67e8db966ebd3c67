import numpy as np
import pytest

from labkit.lab.late_needle import best_answer, needle_explorer, needle_table, plot_without, without_each, words_only
from labkit.models.token_vectors import TokenVectors


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


@pytest.fixture(scope="module")
def texts():
    """Four documents of 20 tokens; query i has two tokens, of which the first is token 3 of document i."""
    rng = np.random.default_rng(1)
    documents = [unit(rng.standard_normal((20, 32))).astype(np.float32) for _ in range(4)]
    queries = [np.stack([one[3], unit(rng.standard_normal(32))]).astype(np.float32) for one in documents]
    return TokenVectors.of(queries), TokenVectors.of(documents)


def test_without_each_is_what_scoring_again_without_the_token_gives(texts):
    query, document = texts[0][0], texts[1][0]
    change = without_each(query, document)

    def scores(tokens):
        return unit(query.mean(0)) @ unit(tokens.mean(0)), (query @ tokens.T).max(1).mean()

    pooled, maxsim = scores(document)
    for i in range(len(document)):
        left = scores(np.delete(document, i, axis=0))
        assert change.pooled[i] == pytest.approx(left[0] - pooled, abs=1e-5)
        assert change.maxsim[i] == pytest.approx(left[1] - maxsim, abs=1e-5)
    assert change.maxsim.argmin() == 3 and (change.maxsim < 0).sum() <= 2


def test_without_each_needs_a_token_that_stays(texts):
    with pytest.raises(ValueError, match="two document tokens, but there are 2 and 1"):
        without_each(texts[0][0], texts[1][0][:1])


def test_the_title_names_the_token_and_both_changes(texts):
    change = without_each(texts[0][0], texts[1][0])
    exhibit = plot_without("what now", [f"t{i}" for i in range(20)], change)
    title = exhibit.figure.layout.title.text
    assert "“what now”" in title and "“t3”" in title and f"{-change.maxsim[3]:.3f}" in title
    assert f"{change.pooled[3]:+.4f}" in title
    assert f"{(change.maxsim < 0).sum()} of 20 tokens" in exhibit.summary


def test_the_explorer_redraws_for_another_query(texts):
    tokens = [[f"{d}-{i}" for i in range(20)] for d in range(4)]
    box = needle_explorer(["first", "second"], texts[0], texts[1], tokens, [(0, 0), (1, 1)])

    def title():
        return box.children[1].outputs[0]["data"]["application/vnd.plotly.v1+json"]["layout"]["title"]["text"]

    assert "“first”" in title() and "“0-3”" in title()
    box.children[0].children[0].index = 1
    assert "“second”" in title() and "“1-3”" in title()


def test_the_table_has_a_row_a_kind_and_leaves_out_queries_without_an_answer(texts):
    table, ratio = needle_table(texts[1], texts[0], [{0: 2}, {1: 1, 0: 1}, {}, {3: 1}], ["a", "b", "b", "a"])
    assert [row[:2] for row in table.rows] == [("all", "3"), ("a", "2"), ("b", "1")]
    fell, moved = [], []
    for query, answer in ((0, 0), (1, 0), (3, 3)):  # query 1 has two answers, the first counts
        change = without_each(texts[0][query], texts[1][answer])
        fell.append(-change.maxsim.min())
        moved.append(abs(change.pooled[change.maxsim.argmin()]))
    assert ratio == pytest.approx(sum(fell) / sum(moved))
    assert table.rows[0][2].startswith(f"{sum(fell) / 3:.3f} (") and table.rows[0][3] == f"{sum(moved) / 3:.4f}"


def test_the_frame_is_left_out_wherever_it_stands():
    vectors = TokenVectors.of([np.eye(4), np.empty((0, 4)), np.eye(4)[:2]])
    tokens = [["[CLS]", "a", "[unused0]", "b"], [], ["[CLS]", "[SEP]"]]
    kept, left = words_only(vectors, tokens)
    assert kept.offsets.tolist() == [0, 2, 2, 2] and left == [["a", "b"], [], []]
    assert np.array_equal(kept.vectors, np.eye(4)[[1, 3]])
    with pytest.raises(ValueError, match="one token a vector"):
        words_only(vectors, tokens[:2])


def test_best_answer_takes_the_highest_grade_then_the_first():
    assert best_answer({}) == -1
    assert best_answer({5: 1, 3: 1}) == 3
