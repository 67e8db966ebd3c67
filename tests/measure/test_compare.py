import dataclasses

import numpy as np
import pytest

from labkit.data.collection import Collection
from labkit.measure.compare import compare
from labkit.measure.metrics import evaluate
from labkit.search.hits import Hits

N, NQ = 30, 8


@pytest.fixture
def collection():
    return Collection(
        "toy",
        [f"d{i}" for i in range(N)],
        [""] * N,
        [f"text {i}" for i in range(N)],
        query_ids=[f"q{i}" for i in range(NQ)],
        queries=[str(i) for i in range(NQ)],
        kinds=["code", "paraphrase"] * (NQ // 2),
        qrels={f"q{i}": {f"d{i}": 1} for i in range(NQ - 1)} | {f"q{NQ - 1}": {"d0": 0}},
    )


@dataclasses.dataclass
class Shifted:
    """Finds document `query` at rank 1 + shift."""

    shift: int
    nbytes: int = N * 48

    def search(self, queries, k):
        return Hits.from_lists([[((int(q) - self.shift + r) % N, -float(r)) for r in range(N)] for q in queries], k)


class Fixed:
    def __init__(self, hits):
        self.hits = hits

    def search(self, queries, k):
        return self.hits


def test_one_row_a_searcher_with_quality_difference_bytes_and_time(collection):
    result = compare({"first": Shifted(0), "third": Shifted(2)}, collection, metrics=("MRR@10",), baseline="third")
    assert [row.name for row in result.rows] == ["first", "third"]
    assert result["first"].quality["MRR@10"].mean == 1.0
    assert result["third"].quality["MRR@10"].mean == pytest.approx(1 / 3)
    assert result["first"].differences["MRR@10"].mean == pytest.approx(2 / 3)
    assert result["third"].differences == {}
    assert result["first"].bytes_per_document == 48
    assert result["first"].latency.median_ms > 0
    # The unjudged query is left out everywhere.
    assert result.query_ids == tuple(f"q{i}" for i in range(NQ - 1))
    assert result.per_query["first"]["MRR@10"].shape == (NQ - 1,)
    assert "7 queries (1 without a relevant document left out) in 30 documents; 95%" in result.caption.replace(
        " %", "%"
    )
    assert "Only 7 queries" in result.caption


def test_default_metrics_work_on_a_collection_smaller_than_k(collection):
    result = compare({"first": Shifted(0)}, collection, latency=False)
    assert result["first"].quality["recall@100"].mean == 1.0
    assert result["first"].latency is None
    assert result.hits["first"].ids.shape == (NQ - 1, 100)


def test_values_are_those_of_evaluate(collection):
    searcher = Shifted(3)
    result = compare({"a": searcher}, collection, metrics=("nDCG@10",), latency=False)
    relevance = [{i: 1} for i in range(NQ - 1)]
    expected = evaluate(searcher.search([str(i) for i in range(NQ - 1)], 10), relevance, "nDCG@10")
    np.testing.assert_array_equal(result.per_query["a"]["nDCG@10"], expected)


def test_the_text_lines_up_and_leaves_unknown_bytes_blank(collection):
    silent = Fixed(Shifted(0).search([str(i) for i in range(NQ - 1)], 30))
    result = compare({"quiet one": silent, "b": Shifted(1)}, collection, latency=False, baseline="b")
    lines = str(result).splitlines()
    assert lines[0].startswith("searcher")
    assert result.table().rows[0][-1] == ""
    column = lines[0].index("nDCG@10") + len("nDCG@10")
    assert {line[:column].split()[-1] for line in lines[1:3]} == {"1.000", "0.631"}


def test_by_kind_splits_the_queries(collection):
    result = compare({"first": Shifted(0)}, collection, latency=False)
    table = result.by_kind()
    assert table.header == ("searcher", "code (4)", "paraphrase (3)")
    assert table.rows[0][1].startswith("1.000")
    assert "Only 3 queries" in table.caption
    with pytest.raises(ValueError, match="'MRR@10' was not measured"):
        result.by_kind("MRR@10")


def test_the_html_escapes_names_and_sets_no_colour(collection):
    html = compare({"<b>&": Shifted(0)}, collection, latency=False)._repr_html_()
    assert "&lt;b&gt;&amp;" in html and "<b>" not in html
    assert "tabular-nums" in html and "background" not in html and "#" not in html
    assert "7 queries" in html


def test_same_seed_same_table(collection):
    searchers = {"a": Shifted(0), "b": Shifted(1)}
    tables = [str(compare(searchers, collection, latency=False, baseline="a", seed=4)) for _ in range(2)]
    assert tables[0] == tables[1]


def test_a_collection_without_scorable_queries_is_refused(collection):
    empty = Collection("empty", ["a"], [""], ["text"])
    with pytest.raises(ValueError, match="'empty' has 0 queries"):
        compare({"a": Shifted(0)}, empty)
    with pytest.raises(ValueError, match="none with a relevant document"):
        compare({"a": Shifted(0)}, collection.with_queries([NQ - 1]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"metrics": ("nDGC@10",)}, "unknown metric 'nDGC@10'"),
        ({"metrics": ()}, "no metrics"),
        ({"metrics": ("recall@100",), "k": 10}, "needs 100 hits .* k is 10"),
        ({"k": 0}, "k should be at least 1"),
        ({"baseline": "b"}, "baseline 'b' is not among"),
    ],
)
def test_requests_that_make_no_sense_are_refused(collection, arguments, message):
    with pytest.raises(ValueError, match=message):
        compare({"a": Shifted(0)}, collection, **arguments)


def test_no_searchers_are_refused(collection):
    with pytest.raises(ValueError, match="no searchers"):
        compare({}, collection)


def test_searchers_of_another_collection_are_found_out(collection):
    nq = NQ - 1
    ones = np.ones((nq, 1), np.float32)
    with pytest.raises(ValueError, match="'a' was asked 7 queries, but returned hits for 6"):
        compare({"a": Fixed(Hits(np.zeros((6, 1), np.int64), ones[:6]))}, collection)
    with pytest.raises(ValueError, match="from 30 to 30.*another collection"):
        compare({"a": Fixed(Hits(np.full((nq, 1), N), ones))}, collection)
    with pytest.raises(TypeError, match="'a' should return Hits"):
        compare({"a": Fixed([[1]])}, collection)


def test_one_metric_as_a_text_is_one_metric(collection):
    assert compare({"a": Shifted(0)}, collection, metrics="MRR", latency=False).metrics == ("MRR",)
