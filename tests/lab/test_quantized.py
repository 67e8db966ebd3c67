import numpy as np
import pytest

from labkit.lab.quantized import binary_ready, dims_times_bits, oversample_explorer, quantized_indexes, retention_table
from labkit.lab.speed import measure_speed, plot_speed
from labkit.measure.neighbours import recall_of_exact
from labkit.search.hits import Hits


@pytest.fixture(scope="module")
def vectors():
    rng = np.random.default_rng(0)
    documents = rng.standard_normal((300, 64)).astype(np.float32)
    queries = documents[:40] + 0.5 * rng.standard_normal((40, 64)).astype(np.float32)
    unit = [x / np.linalg.norm(x, axis=1, keepdims=True) for x in (documents, queries)]
    return *unit, [{i: 1} for i in range(40)]


def test_every_method_searches_the_same_documents_in_fewer_bytes(vectors):
    documents, queries, _ = vectors
    indexes = quantized_indexes(documents)
    assert all(len(index) == 300 for index in indexes.values())
    assert indexes["binary"].nbytes * 32 == indexes["int4"].nbytes * 8 == indexes["float32"].nbytes
    assert indexes["int8"].nbytes * 4 == indexes["float32"].nbytes
    exact = indexes["float32"].search(queries, 10)
    recall = {name: recall_of_exact(index.search(queries, 10), exact).mean() for name, index in indexes.items()}
    assert recall["float32"] == 1
    assert recall["int8"] > recall["int4"] > recall["binary"]
    assert recall["binary, then float32"] > recall["binary, float query"] > recall["binary"]


def test_retention_table_has_a_column_a_representation_and_brackets_but_for_float32(vectors):
    documents, queries, relevance = vectors
    table = retention_table({"a": (documents, queries), "b": (documents[:, :32], queries[:, :32])}, relevance)
    assert table.header == ("method", "a", "b")
    assert [row[0] for row in table.rows] == list(quantized_indexes(documents))
    assert "(" not in table.rows[0][1] and all(" to " in row[1] for row in table.rows[1:])


def test_oversample_explorer_keeps_more_with_a_longer_shortlist(vectors):
    box = oversample_explorer(*vectors)
    oversample, by = box.children[0].children

    def title():
        return box.children[1].outputs[0]["data"]["application/vnd.plotly.v1+json"]["layout"]["title"]["text"]

    def kept():
        return float(title().rsplit(": ", 1)[1].split("%")[0])

    oversample.value = 1
    short = kept()
    oversample.value = 32
    assert kept() >= short and kept() == 100.0  # 320 candidates are all 300 documents
    by.value = "float query on the bits"
    assert "the best 300 scored by float query on the bits" in title()


def test_dims_times_bits_covers_the_grid(vectors):
    points = dims_times_bits(vectors[0], vectors[1], dims=(16, 64))
    assert [(name, nbytes) for name, nbytes, _ in points] == [
        ("16 x 32 bit", 64), ("16 x 8 bit", 16), ("16 x 4 bit", 8), ("16 x 1 bit", 2),
        ("64 x 32 bit", 256), ("64 x 8 bit", 64), ("64 x 4 bit", 32), ("64 x 1 bit", 8),
    ]  # fmt: skip
    assert dict((name, recall) for name, _, recall in points)["64 x 32 bit"] == 1


def test_binary_ready_sees_dimensions_that_lean_to_one_side(vectors):
    documents, queries, _ = vectors

    def told(table, check):
        return next(row[1] for row in table.rows if row[0].startswith(check))

    assert told(binary_ready(documents, queries), "bits that are the same") == "0"
    leaning = documents + np.where(np.arange(64) < 16, 1, 0).astype(np.float32)
    table = binary_ready(leaning, queries)
    assert told(table, "bits that are the same") == "16"
    assert told(table, "best 10 found among 100").endswith("%")


def test_recall_of_exact_ignores_order_and_padding():
    exact = Hits.from_lists([[(1, 3.0), (2, 2.0)], [(4, 1.0)]], k=2)
    found = Hits.from_lists([[(2, 9.0), (1, 8.0)], [(5, 1.0)]], k=2)
    assert recall_of_exact(found, exact).tolist() == [1.0, 0.0]
    with pytest.raises(ValueError, match="same queries"):
        recall_of_exact(found, Hits.from_lists([[]], k=2))


def test_speed_reads_the_bytes_it_says_and_its_title_has_the_ratio():
    found = measure_speed(2_000, 64, 1, rounds=3)
    assert {name: nbytes for name, (_, nbytes) in found.items()} == {
        "float32": 2_000 * 64 * 4, "int8": 2_000 * 64, "binary": 2_000 * 8
    }  # fmt: skip
    assert all(ms > 0 for ms, _ in found.values())
    exhibit = plot_speed(2_000, 64, 2)
    assert "2 queries together" in exhibit.figure.layout.title.text and "binary" in exhibit.summary
    with pytest.raises(ValueError, match="at least 1"):
        measure_speed(0, 64, 1)
