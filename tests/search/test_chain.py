import numpy as np
import pytest

from labkit.compress.matryoshka import truncate
from labkit.search.binary import BinaryIndex
from labkit.search.chain import chain, first_rows, load_chain, prefix_codes, prefix_quantizer, shorter_codes
from labkit.search.flat import FlatIndex


@pytest.fixture(scope="module")
def vectors():
    rng = np.random.default_rng(0)
    made = rng.standard_normal((2000, 48)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.mark.parametrize("dims", [8, 13, 48])
def test_codes_are_those_of_the_truncated_vectors(vectors, dims):
    codes = prefix_codes(vectors, dims)
    plain = BinaryIndex(truncate(vectors, dims))
    assert np.array_equal(codes.codes, plain.codes)
    assert np.array_equal(codes.codes, prefix_quantizer(48, dims).encode(vectors))
    assert np.array_equal(codes.search(vectors[:9], 5).ids, plain.search(truncate(vectors[:9], dims), 5).ids)


def test_the_first_bits_are_the_codes_of_the_first_numbers(vectors):
    whole = prefix_codes(vectors, 48)
    short = shorter_codes(whole, 48, 16)
    assert np.array_equal(short.codes, prefix_codes(vectors, 16).codes)
    assert np.array_equal(short.search(vectors[:5], 9).ids, prefix_codes(vectors, 16).search(vectors[:5], 9).ids)
    for dims in (12, 0, 56):
        with pytest.raises(ValueError, match="multiple of 8"):
            shorter_codes(whole, 48, dims)


def test_with_all_documents_as_candidates_the_chain_is_exact(vectors):
    found = chain(prefix_codes(vectors, 16), vectors, candidates=2000).search(vectors[:20], 10)
    exact = FlatIndex(vectors).search(vectors[:20], 10)
    assert np.array_equal(found.ids, exact.ids) and np.allclose(found.scores, exact.scores)


def test_the_shortlist_is_as_long_as_was_asked():
    codes, rows = prefix_codes(np.eye(8, dtype=np.float32).repeat(500, axis=0), 8), np.zeros((4000, 1), np.float32)
    for k in range(1, 101):
        for candidates in (*range(k, k + 150), *range(k, 4000, 37)):
            index = chain(codes, rows, candidates, k=k)
            assert index.shortlist(k) == candidates
            assert index.shortlist(2 * k) == min(4000, 2 * candidates)
            assert index.shortlist(1) == -(-candidates // k)


def test_first_rows_and_files(vectors, tmp_path):
    np.save(tmp_path / "v.npy", vectors)
    codes = first_rows(prefix_codes(vectors, 16), 500)
    codes.save(tmp_path / "codes")
    loaded = load_chain(tmp_path / "codes", tmp_path / "v.npy", candidates=100)
    direct = chain(prefix_codes(vectors[:500], 16), vectors[:500], candidates=100)
    assert len(loaded) == 500
    assert np.array_equal(loaded.search(vectors[:5], 10).ids, direct.search(vectors[:5], 10).ids)


def test_refuses_what_does_not_fit(vectors):
    codes = prefix_codes(vectors, 16)
    with pytest.raises(ValueError, match="candidates"):
        chain(codes, vectors, candidates=5, k=10)
    with pytest.raises(ValueError, match="between 1 and 2,000"):
        first_rows(codes, 2001)
    with pytest.raises(ValueError):
        prefix_codes(vectors, 49)
    broken = vectors.copy()
    broken[3, 0] = np.nan
    with pytest.raises(ValueError, match="row 3"):
        prefix_codes(broken, 16)
