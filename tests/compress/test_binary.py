import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.util.quantization import quantize_embeddings

from labkit.compress.binary import BinaryQuantizer, as_words, hamming, swap_bit_order
from labkit.compress.matryoshka import random_rotation


def unit(seed, n, dim):
    x = np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32)
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def test_bits_by_hand():
    quantizer = BinaryQuantizer.fit(np.ones((1, 10)))
    # ten bits: 1 0 1 0 1 1 0 1 | 0 1 and six zeros; a zero is not above the threshold 0
    assert quantizer.encode([[3, -1, 7, -2, 1, 4, -6, 2, 0, 5]]).tolist() == [[0b10101101, 0b01000000]]


@given(st.integers(1, 70), st.integers(0, 5), st.integers(0, 2**32 - 1))
def test_codes_equal_those_of_sentence_transformers(dim, n, seed):
    x = unit(seed, n, dim)
    codes = BinaryQuantizer.fit(unit(1, 2, dim)).encode(x)
    np.testing.assert_array_equal(codes, quantize_embeddings(x, "ubinary"))
    # its signed flavour is the same byte less 128
    np.testing.assert_array_equal((codes.astype(np.int16) - 128).astype(np.int8), quantize_embeddings(x, "binary"))


@given(st.integers(1, 9), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_hamming_equals_faiss_in_either_bit_order(n_bytes, n, seed):
    rng = np.random.default_rng(seed)
    documents, queries = (rng.integers(0, 256, (size, n_bytes), dtype=np.uint8) for size in (n, 3))
    ours = hamming(queries, documents)
    np.testing.assert_array_equal(hamming(swap_bit_order(queries), swap_bit_order(documents)), ours)
    index = faiss.IndexBinaryFlat(8 * n_bytes)
    index.add(documents)
    distances, ids = index.search(queries, n)
    np.testing.assert_array_equal(np.take_along_axis(ours, ids, axis=1), distances)


def test_swapped_codes_are_the_ones_faiss_makes():
    x = unit(0, 20, 64)
    lsh = faiss.IndexLSH(64, 64, False, False)  # no rotation, thresholds at 0
    theirs = lsh.sa_encode(x)
    ours = BinaryQuantizer.fit(x).encode(x)
    np.testing.assert_array_equal(swap_bit_order(ours), theirs)
    np.testing.assert_array_equal(swap_bit_order(theirs), ours)


@given(st.integers(1, 70), st.integers(0, 2**32 - 1))
def test_words_count_the_same_bits(dim, seed):
    codes = BinaryQuantizer.fit(unit(0, 1, dim)).encode(unit(seed, 4, dim))
    words = as_words(codes)
    assert words.shape == (4, (codes.shape[1] + 7) // 8)
    np.testing.assert_array_equal(
        np.bitwise_count(words[:1] ^ words).sum(axis=1, dtype=np.int64), hamming(codes[:1], codes)[0]
    )


@given(st.integers(1, 70), st.integers(0, 2**32 - 1))
def test_decoded_vectors_have_length_one_and_encode_to_the_same_codes(dim, seed):
    x = unit(seed, 6, dim)
    quantizer = BinaryQuantizer.fit(x)
    decoded = quantizer.decode(quantizer.encode(x))
    np.testing.assert_allclose(np.linalg.norm(decoded, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(quantizer.encode(decoded), quantizer.encode(x))


def test_inner_product_of_decoded_vectors_is_one_less_twice_the_share_of_differing_bits():
    x = unit(2, 5, 48)
    quantizer = BinaryQuantizer.fit(x)
    codes = quantizer.encode(x)
    decoded = quantizer.decode(codes)
    np.testing.assert_allclose(decoded @ decoded.T, 1 - 2 * hamming(codes, codes) / 48, atol=1e-6)


def test_a_right_angle_is_half_of_the_bits_and_sixty_degrees_a_third():
    x = np.zeros((3, 512), np.float32)
    x[0, 0] = x[1, 1] = 1
    x[2, :2] = 0.5, 0.75**0.5  # at 60 degrees from the first, at 30 from the second
    codes = BinaryQuantizer.fit(x, rotation=random_rotation(512, seed=4)).encode(x)
    shares = hamming(codes, codes) / 512
    np.testing.assert_allclose([shares[0, 1], shares[0, 2], shares[1, 2]], [1 / 2, 1 / 3, 1 / 6], atol=0.05)


@pytest.mark.parametrize("thresholds", ["mean", "median"])
def test_thresholds_balance_a_dimension_that_leans(thresholds):
    x = unit(5, 400, 16) + 0.5
    ones = np.unpackbits(BinaryQuantizer.fit(x, thresholds=thresholds).encode(x), axis=1).mean(axis=0)
    np.testing.assert_allclose(ones, 0.5, atol=0.1)
    assert np.unpackbits(BinaryQuantizer.fit(x).encode(x), axis=1).mean() > 0.9


def test_save_and_load_keep_the_codes(tmp_path):
    x = unit(6, 30, 20)
    for rotation in (None, random_rotation(20, seed=1, name="spin")):
        quantizer = BinaryQuantizer.fit(x, thresholds="median", rotation=rotation)
        quantizer.save(tmp_path / "q.safetensors")
        loaded = BinaryQuantizer.load(tmp_path / "q.safetensors")
        np.testing.assert_array_equal(loaded.encode(x), quantizer.encode(x))
        assert (loaded.rotation and loaded.rotation.name) == (rotation and rotation.name)


@pytest.mark.parametrize("call", ["encode", "transform"])
def test_vectors_of_another_width_are_refused(call):
    with pytest.raises(ValueError, match="should have 8 dimensions, but has 9"):
        getattr(BinaryQuantizer.fit(np.ones((1, 8))), call)(np.ones((2, 9)))


def test_nan_is_refused_and_not_taken_for_a_zero_bit():
    with pytest.raises(ValueError, match="row 1"):
        BinaryQuantizer.fit(np.ones((1, 2))).encode([[1, 1], [np.nan, 1]])


def test_codes_of_another_type_or_width_are_refused():
    quantizer = BinaryQuantizer.fit(np.ones((1, 16)))
    with pytest.raises(TypeError, match="uint8, but are int8"):
        quantizer.decode(np.zeros((1, 2), np.int8))
    with pytest.raises(ValueError, match=r"\(n, 2\), but their shape is \(1, 3\)"):
        quantizer.decode(np.zeros((1, 3), np.uint8))
    with pytest.raises(ValueError, match=r"\(n, 2\)"):
        hamming(np.zeros((1, 2), np.uint8), np.zeros((1, 3), np.uint8))


def test_thresholds_that_do_not_exist_or_have_nothing_to_look_at_are_refused():
    with pytest.raises(ValueError, match="'zero', 'mean' or 'median', but is 'middle'"):
        BinaryQuantizer.fit(np.ones((1, 8)), thresholds="middle")
    with pytest.raises(ValueError, match="got none"):
        BinaryQuantizer.fit(np.ones((0, 8)), thresholds="mean")
