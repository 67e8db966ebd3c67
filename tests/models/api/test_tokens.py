import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import labkit
from labkit.models.api.tokens import batches, cut, estimated_tokens
from labkit.models.texts import load_tokenizer
from labkit.models.weights import verify


def test_four_characters_a_token_and_one_for_each_beyond_ascii():
    assert estimated_tokens("abcdefgh") == 2
    assert estimated_tokens("für dich") == 3  # 7 / 4 + 1, rounded
    assert estimated_tokens("") == estimated_tokens("a") == 1


@pytest.mark.parametrize(
    ("text", "most", "kept"), [("abcdefghi", 2, 6), ("日本語日本語", 4, 4), ("ab", 1, 2), ("äab" * 9, 5, 9)]
)
def test_cut_keeps_a_cautious_beginning(text, most, kept):
    assert cut(text, most) == text[:kept]


@settings(max_examples=60)
@given(st.text(max_size=60), st.integers(1, 30))
def test_what_is_cut_fits_and_is_a_beginning(text, most):
    text = text.encode("utf-8", "ignore").decode()
    got = cut(text, most)
    assert text.startswith(got)
    assert sum(1 / 3 if char.isascii() else 1 for char in got) <= most + 1e-3
    assert got == text or sum(1 / 3 if char.isascii() else 1 for char in text[: len(got) + 1]) > most


@settings(max_examples=60)
@given(st.lists(st.text(max_size=40)), st.integers(1, 5), st.integers(1, 20))
def test_batches_keep_order_and_limits(texts, most_texts, most_tokens):
    parts = list(batches(texts, most_texts, most_tokens))
    assert [text for part in parts for text in part] == texts
    for part in parts:
        assert 1 <= len(part) <= most_texts
        assert len(part) == 1 or sum(map(estimated_tokens, part)) <= most_tokens


def test_batches_are_no_smaller_than_they_have_to_be():
    assert list(map(len, batches(["abcd"] * 10, 4, 100))) == [4, 4, 2]
    assert list(map(len, batches(["abcd"] * 10, 100, 3))) == [3, 3, 3, 1]


def test_the_estimate_is_within_a_quarter_of_a_tokenizers_count():
    """OpenAI's own tokenizer would have to be fetched; MiniLM's is here, and English is what the price is asked for."""
    documents = labkit.Collection.load("plant").documents
    tokenizer = load_tokenizer(verify("all-MiniLM-L6-v2") / "tokenizer.json", None)
    true = sum(len(encoding.ids) - 2 for encoding in tokenizer.encode_batch(documents))  # without the frame tokens
    assert sum(map(estimated_tokens, documents)) == pytest.approx(true, rel=0.25)
