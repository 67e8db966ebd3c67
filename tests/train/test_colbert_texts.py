import pytest

from labkit.train.colbert_texts import held_out


def test_held_out_pairs_do_not_depend_on_the_order():
    queries, documents = [f"question {i}" for i in range(50)], [f"answer {i}" for i in range(50)]
    _, apart = held_out(queries, documents, count=10)
    _, again = held_out(queries[::-1], documents[::-1], count=10)
    assert set(zip(*apart, strict=True)) == set(zip(*again, strict=True)) and len(apart[0]) == 10


def test_no_text_is_on_both_sides():
    # Each second pair is a sentence of the first pair's document and what follows it.
    long = [
        f"Sentence {i} has quite a number of words in it. It is followed by more and more of them." for i in range(30)
    ]
    queries = [f"question {i}" for i in range(30)] + [text.split(". ")[0] + "." for text in long]
    documents = long + [text.split(". ")[1] for text in long]
    (train_q, train_d), (apart_q, apart_d) = held_out(queries, documents, count=10)
    assert len(train_q) < 50
    assert not {text[:80] for text in apart_q + apart_d} & {text[:80] for text in train_q + train_d}
    joined = {f"{q} {d}"[:80] for q, d in zip(train_q, train_d, strict=True)}
    assert not joined & {text[:80] for text in apart_d}


def test_too_few_pairs_are_refused():
    with pytest.raises(ValueError, match="there are 2"):
        held_out(["a", "b"], ["c", "d"], count=2)
