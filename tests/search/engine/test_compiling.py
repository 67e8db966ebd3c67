"""What goes over the wire, word for word."""

import json

import numpy as np
import pytest

from labkit.search import engine
from labkit.search.engine import Fused, Nearest, Shape, SparseVectors, funnel
from labkit.search.engine.compiling import compile_pipeline, texts_of

QUERY = {"vectors": [0.6, 0.8], "tokens": [[1.0, 0.0], [0.0, 1.0]], "sparse": ([3], [2.0])}
FULL = {"exact": True, "quantization": {"ignore": True}}


def wire(stage, **settings):
    request = compile_pipeline(stage, {**QUERY, "vectors1": [1.0]}, 5, **settings)
    return json.loads(request.model_dump_json(exclude_none=True, exclude_unset=True))


def test_a_funnel_on_the_wire():
    assert wire(funnel([(1, 9)])) == {
        "query": {"nearest": [0.6, 0.8]},
        "using": "vectors",
        "limit": 5,
        "params": FULL,
        "prefetch": [
            {"query": {"nearest": [1.0]}, "using": "vectors1", "limit": 9, "params": {"exact": False}},
        ],
        "with_payload": False,
        "with_vector": False,
    }


def test_hybrid_then_maxsim_on_the_wire():
    both = Fused((Nearest("vectors", limit=30), Nearest("sparse", limit=20)), limit=10)
    found = wire(Nearest("tokens", among=both))
    assert found["query"] == {"nearest": [[1.0, 0.0], [0.0, 1.0]]}
    (fused,) = found["prefetch"]
    assert fused["query"] == {"rrf": {"k": 61}}, "ranks count from 0 there, so the paper's 60 is 61"
    assert fused["limit"] == 10
    dense, sparse = fused["prefetch"]
    assert dense["limit"] == 30
    assert sparse == {"query": {"nearest": {"indices": [3], "values": [2.0]}}, "using": "sparse", "limit": 20}


@pytest.mark.parametrize(
    ("stage", "bits", "params"),
    [
        (Nearest(), None, {"exact": False}),
        (Nearest(), 1, {"exact": False, "quantization": {"ignore": False, "rescore": False}}),
        (
            Nearest(oversample=4),
            1,
            {"exact": False, "quantization": {"ignore": False, "rescore": True, "oversampling": 4}},
        ),
        (Nearest(ef=256), None, {"exact": False, "hnsw_ef": 256}),
        (Nearest(exact=True), 8, FULL),
        (Nearest("tokens"), None, FULL),
    ],
)
def test_how_graph_and_codes_are_used_is_always_said(stage, bits, params):
    assert wire(stage, bits=bits)["params"] == params


def test_local_mode_is_not_told_what_it_has_no_use_for():
    found = wire(funnel([(1, 9)]), tuned=False)
    assert "params" not in found
    assert "params" not in found["prefetch"][0]


def test_what_can_find_nothing_is_not_sent():
    empty = {"vectors": [1.0, 0.0]}
    assert compile_pipeline(Nearest("sparse"), empty, 3) is None
    assert compile_pipeline(Nearest("vectors", among=Nearest("sparse")), empty, 3) is None
    assert compile_pipeline(Fused((Nearest("sparse"), Nearest("tokens"))), empty, 3) is None
    assert len(compile_pipeline(Fused((Nearest("sparse"), Nearest("vectors"))), empty, 3).prefetch) == 1


def test_prefixes_are_cut_and_made_unit_length_again():
    texts = texts_of(Shape(dims=3, prefixes=(2,)), [[0.6, 0.0, 0.8], [0, 0, 1]], None, None)
    np.testing.assert_allclose(texts.dense["vectors2"], [[1, 0], [0, 0]])


def test_the_client_sends_a_batch_and_the_collection_as_described(stand_in):
    points = engine.connect(stand_in.url).create("plant", Shape(dims=2, bits=8, token_dims=2, sparse=True))
    created = next(body for verb, path, body in stand_in.log if (verb, path) == ("PUT", "/collections/plant"))
    assert created["vectors"]["vectors"]["distance"] == created["vectors"]["tokens"]["distance"] == "Dot"
    assert created["vectors"]["vectors"]["quantization_config"]["scalar"]["type"] == "int8"
    assert created["vectors"]["tokens"]["multivector_config"] == {"comparator": "max_sim"}
    assert created["vectors"]["tokens"]["hnsw_config"]["m"] == 0
    assert list(created["sparse_vectors"]) == ["sparse"]
    assert not created["sparse_vectors"]["sparse"].get("modifier"), "the idf is labkit's own"
    vectors = np.eye(2, dtype=np.float32)
    tokens = engine.points.TokenVectors.of([np.eye(2), np.empty((0, 2))])
    points.upload(vectors=vectors, tokens=tokens, sparse=SparseVectors.of([{}, {7: 0.5}]))
    sent = next(body for verb, path, body in stand_in.log if (verb, path) == ("PUT", "/collections/plant/points"))
    first, second = sent["points"]
    assert (first["id"], sorted(first["vector"])) == (0, ["tokens", "vectors"])
    assert second["vector"] == {"vectors": [0.0, 1.0], "sparse": {"indices": [7], "values": [0.5]}}
    points.search(k=1, vectors=vectors)
    (batch,) = [body for _, path, body in stand_in.log if path == "/collections/plant/points/query/batch"]
    assert [search["query"] for search in batch["searches"]] == [{"nearest": [1.0, 0.0]}, {"nearest": [0.0, 1.0]}]


def test_a_text_is_also_counted_from_the_end():
    texts = SparseVectors.of([{3: 0.5}, {7: 1.0}, {1: 2.0}])
    assert texts[-1] == texts[2] == ([1], [2.0])
    for i in (3, -4):
        with pytest.raises(IndexError, match=f"no text {i}: there are 3"):
            texts[i]
