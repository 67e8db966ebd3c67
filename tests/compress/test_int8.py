import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.util.quantization import quantize_embeddings

from labkit.compress.int8 import Int4Quantizer, Int8Quantizer

both = pytest.mark.parametrize("kind", [Int8Quantizer, Int4Quantizer])


def unit(seed, n, dim):
    x = np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32)
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def test_int4_bytes_by_hand():
    quantizer = Int4Quantizer.fit([[0.7, 0.0, 0.0], [0.0, -0.7, 0.0]])  # steps of 0.1
    # levels 7, -3, 1 are stored as 15, 5, 9 and a 0 that fills the last byte: low half first
    assert quantizer.encode([[0.7, -0.3, 0.1]]).tolist() == [[0x5F, 0x09]]


@given(st.integers(1, 33), st.integers(0, 5), st.integers(0, 2**32 - 1))
def test_int4_levels_survive_packing(dim, n, seed):
    x = unit(seed, n, dim)
    quantizer = Int4Quantizer.fit(unit(0, 50, dim) if dim > 1 else np.array([[1.0], [-1.0]]))
    codes = quantizer.encode(x)
    assert codes.shape == (n, (dim + 1) // 2)
    np.testing.assert_array_equal(quantizer.levels(codes), quantizer.ranges.levels(x))


def test_int8_agrees_with_sentence_transformers_on_its_ranges():
    x = unit(1, 500, 24)
    ours = Int8Quantizer.fit(x, per_dimension=True)
    theirs = quantize_embeddings(x, "int8", ranges=np.stack([x.min(axis=0), x.max(axis=0)]))
    difference = ours.encode(x).astype(int) - theirs
    # they round down, we round to the nearest: ours is theirs or one more
    assert set(np.unique(difference)) == {0, 1}
    # their codes decode with our ranges, within the step that rounding down costs
    assert (np.abs(ours.decode(theirs) - x) <= 1.001 * ours.ranges.step).all()
    error = [np.abs(ours.decode(codes) - x).mean() for codes in (ours.encode(x), theirs)]
    assert error[0] < 0.6 * error[1]


def test_out_of_range_numbers_are_clipped_as_in_sentence_transformers():
    x = unit(2, 100, 8)
    ranges = np.stack([x.min(axis=0), x.max(axis=0)])
    ours = Int8Quantizer.fit(x, per_dimension=True).encode(3 * x)
    assert np.abs(ours.astype(int) - quantize_embeddings(3 * x, "int8", ranges=ranges)).max() <= 1
    assert (ours[3 * x > ranges[1]] == 127).all() and (ours[3 * x < ranges[0]] == -128).all()


def test_int8_codes_are_faiss_direct_signed_codes():
    x = unit(3, 200, 16)
    codes = Int8Quantizer.fit(x).encode(x)
    index = faiss.IndexScalarQuantizer(16, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT)
    index.add(codes.astype(np.float32))
    stored = faiss.vector_to_array(index.codes).reshape(200, 16)
    np.testing.assert_array_equal(stored, (codes.astype(np.int16) + 128).astype(np.uint8))
    scores, ids = index.search(codes[:5].astype(np.float32), 200)
    exact = codes[:5].astype(np.int32) @ codes.T.astype(np.int32)
    np.testing.assert_array_equal(np.take_along_axis(exact, ids, axis=1), scores)


def test_int4_codes_are_packed_as_faiss_packs_them():
    x = unit(4, 300, 12)
    ours = Int4Quantizer.fit(x, per_dimension=True)
    theirs = faiss.IndexScalarQuantizer(12, faiss.ScalarQuantizer.QT_4bit, faiss.METRIC_INNER_PRODUCT)
    theirs.train(x)
    codes = theirs.sa_encode(x)
    levels = ours.levels(codes)
    assert np.abs(levels.astype(int) - ours.ranges.levels(x)).max() <= 1
    # and the other way: faiss decodes our bytes to within its step
    assert (np.abs(theirs.sa_decode(ours.encode(x)) - x) <= 1.1 * ours.ranges.step).all()


@both
@pytest.mark.parametrize("per_dimension", [False, True])
def test_decoded_vectors_are_near(kind, per_dimension):
    x = unit(5, 400, 64)
    quantizer = kind.fit(x, per_dimension=per_dimension)
    decoded = quantizer.decode(quantizer.encode(x))
    cosines = (decoded * x).sum(axis=1) / np.linalg.norm(decoded, axis=1)
    assert cosines.min() > (0.9995 if kind is Int8Quantizer else 0.97)


def test_shared_ranges_rank_by_integers_alone():
    x, queries = unit(6, 300, 32), unit(7, 4, 32)
    quantizer = Int8Quantizer.fit(np.vstack([x, queries]))
    codes, query_codes = quantizer.encode(x), quantizer.encode(queries)
    scores = (query_codes.astype(np.int32) @ codes.T.astype(np.int32)) * quantizer.ranges.step[0] ** 2
    np.testing.assert_allclose(scores, quantizer.decode(query_codes) @ quantizer.decode(codes).T, atol=1e-5)


def test_folded_queries_rank_raw_codes_of_unequal_ranges_as_decoded_ones():
    x, queries = unit(8, 300, 32) * np.linspace(0.05, 2, 32), unit(9, 4, 32)
    quantizer = Int8Quantizer.fit(x, per_dimension=True)
    codes = quantizer.encode(x)
    decoded = queries @ quantizer.decode(codes).T
    folded = quantizer.fold_queries(queries) @ codes.T.astype(np.float32)
    np.testing.assert_allclose(folded - folded[:, :1], decoded - decoded[:, :1], atol=1e-4)
    # the trap: without folding, the narrow dimensions weigh as much as the wide ones
    raw = queries @ codes.T.astype(np.float32)
    assert np.corrcoef(raw[0], decoded[0])[0, 1] < 0.95


@both
def test_save_and_load_keep_the_scale_with_the_codes(kind, tmp_path):
    x = unit(10, 60, 10)
    quantizer = kind.fit(x, per_dimension=True, quantile=0.98)
    quantizer.save(tmp_path / "q.safetensors")
    loaded = kind.load(tmp_path / "q.safetensors")
    np.testing.assert_array_equal(loaded.encode(x), quantizer.encode(x))
    np.testing.assert_array_equal(loaded.decode(loaded.encode(x)), quantizer.decode(quantizer.encode(x)))


def test_a_file_of_the_other_kind_is_refused(tmp_path):
    Int4Quantizer.fit(unit(0, 9, 4)).save(tmp_path / "q.safetensors")
    with pytest.raises(ValueError, match="should hold a Int8Quantizer, but holds Int4Quantizer"):
        Int8Quantizer.load(tmp_path / "q.safetensors")


@both
def test_wrong_vectors_and_codes_are_refused(kind):
    quantizer = kind.fit(unit(11, 20, 6))
    with pytest.raises(ValueError, match="should have 6 dimensions, but has 7"):
        quantizer.encode(unit(0, 2, 7))
    with pytest.raises(ValueError, match="row 0"):
        quantizer.encode(np.full((1, 6), np.nan))
    with pytest.raises(TypeError, match="codes should be an array of"):
        quantizer.decode(np.zeros((1, 6), np.float32))
    with pytest.raises(ValueError, match="codes should have shape"):
        quantizer.decode(quantizer.encode(unit(0, 2, 6))[:, :-1])


@both
def test_no_vectors_give_no_codes(kind):
    quantizer = kind.fit(unit(11, 20, 6))
    codes = quantizer.encode(np.zeros((0, 6)))
    assert len(codes) == 0 and quantizer.decode(codes).shape == (0, 6)
