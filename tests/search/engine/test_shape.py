import pytest

from labkit.search.engine.shape import Shape, indexing_threshold


def test_a_shape_survives_being_written_down():
    shape = Shape(dims=384, prefixes=(64, 128), bits=1, token_dims=96, sparse=True)
    assert Shape.from_json(shape.to_json()) == shape
    assert shape.fields == ("vectors", "vectors64", "vectors128", "tokens", "sparse")


def test_the_graph_begins_at_the_number_of_documents_asked_for():
    assert indexing_threshold(Shape(dims=256, index_from=1000)) == 1000  # KiB: 1000 * 256 * 4 / 1024
    assert indexing_threshold(Shape(sparse=True, index_from=1)) == 1


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "no field"),
        ({"dims": 0}, "at least 1"),
        ({"dims": 8, "bits": 4}, "1 \\(binary\\), 8"),
        ({"sparse": True, "bits": 1}, "set dims too"),
        ({"dims": 8, "prefixes": (8,)}, "below dims = 8"),
        ({"dims": 8, "prefixes": (4, 2)}, "should rise"),
        ({"token_dims": 8, "index_from": 0}, "at least 1"),
    ],
)
def test_a_shape_that_no_collection_can_have_is_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        Shape(**settings)
