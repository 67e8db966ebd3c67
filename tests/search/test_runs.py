import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.search.runs import normalised, pieces, runs, without_marks

MARKS = "\u0301\u093f\u094d\U0001133e"
MARKED = st.text(st.sampled_from("aбक1_-.: ๆก็か\u3099\u200c\u200d" + MARKS))
WORDS = st.text(st.sampled_from("xбक1_-.: " + MARKS)).map(lambda text: re.sub(rf"(?<![\w{MARKS}])[{MARKS}]+", "", text))


def test_one_way_to_write_a_character():
    assert normalised("ＨＶ－２０３Ａ") == normalised("HV\u2011203a") == "hv-203a"
    assert normalised("\u2010\u2011\u2012\u2013\u2212") == "-----"
    assert normalised("\ufb01 e\u0301") == "fi \u00e9"


@given(st.text(st.characters(exclude_categories=["Mn", "Mc", "Me", "Cf"])))
def test_without_marks_in_a_text_runs_are_those_of_the_plain_expression(text):
    plain = normalised(text)
    if without_marks(plain) == plain:  # "İ" in lower case has one
        assert runs(text) == re.findall(r"\w+(?:[-./:]\w+)*", plain)


@given(st.text() | MARKED)
def test_no_letter_is_lost(text):
    found = runs(text)
    assert "".join(re.findall(r"\w", "".join(found))) == "".join(re.findall(r"\w", normalised(text)))
    for run in found:
        assert re.match(r"\w", run) and run[-1] not in "-./:\u200c\u200d"
        assert "".join(pieces(run)) == run


@given(WORDS)
def test_marks_behind_letters_cut_no_word(text):
    assert [re.sub(f"[{MARKS}]", "", run) for run in runs(text)] == runs(re.sub(f"[{MARKS}]", "", text))


def test_scripts_without_spaces_are_cut_by_character():
    assert pieces("ポンプa3") == ["ポ", "ン", "プ", "a3"]
    assert pieces("မြန်မာ") == ["မြ", "န်", "မာ"]
    assert pieces("पंप") == ["पंप"]


def test_a_text_is_wanted():
    with pytest.raises(TypeError, match="NoneType"):
        runs(None)
