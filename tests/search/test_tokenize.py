import pytest

from labkit.search.tokenize import STOP_WORDS, Tokenizer, not_one_text, terms_of

plain = Tokenizer(stemmer=None, stop_words=None)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Pump PUMP pump", ["pump"] * 3),
        ("E-1042", ["e-1042", "e", "1042"]),
        ("HV-203A.", ["hv-203a", "hv", "203a"]),
        ("version 10.3,", ["version", "10.3", "10", "3"]),
        ("torch.nn.max_pool2d", ["torch.nn.max_pool2d", "torch", "nn", "max", "pool2d"]),
        ("__init__", ["init"]),
        ("two-stage and/or", ["two", "stage", "and", "or"]),
        ("DeepSeek-V3", ["deepseek-v3", "deepseek", "v3"]),
        ("HV\u2011203 HV\u2013203", ["hv-203", "hv", "203"] * 2),  # typographic dashes
        ("2026-11-24T10:00", ["2026-11-24t10:00", "2026", "11", "24t10", "00"]),
        ("don't", ["don", "t"]),
        ("Öl ÖL Straße", ["öl", "öl", "straße"]),
        ("\ufb01lter", ["filter"]),  # the ligature fi
        ("e\u0301cole", ["\u00e9cole"]),  # e and a combining accent
        ("насос давление", ["насос", "давление"]),
        ("पानी का पंप हिन्दी", ["पानी", "का", "पंप", "हिन्दी"]),
        ("नेपाली-भाषा", ["नेपाली", "भाषा"]),
        ("தமிழ் மொழி", ["தமிழ்", "மொழி"]),
        ("نَهْر كِتَاب", ["نَهْر", "كِتَاب"]),  # Arabic with its vowel signs
        ("İSTANBUL", ["i\u0307stanbul"]),  # lower() makes a combining dot
        ("می\u200cخواهم", ["می\u200cخواهم"]),  # Persian: a joiner inside a word
        ("র\u200d্যাব", ["র\u200d্যাব"]),  # Bengali: a joiner before a mark
        ("\u200cpump\u200d \u200dpump", ["pump", "pump"]),
        ("\U0001e900\U0001e944\U0001e922", ["\U0001e922\U0001e944\U0001e922"]),  # Adlam, beyond U+FFFF
        ("x\u0302-2", ["x\u0302-2", "x\u0302", "2"]),
        ("น้ำมัน HV-203", ["น\u0e49\u0e4d", "า", "มั", "น", "hv-203", "hv", "203"]),
        ("か\u3099あ\u3099a\u3099", ["が", "あ\u3099", "a\u3099"]),
        ("1\ufe0f\u20e3 2\u20e3 tm\ufe0f 葛\U000e0100", ["1", "2", "tm", "葛"]),  # a dressed-up sign is no other word
        ("海水淡化 pump", ["海", "水", "淡", "化", "pump"]),
        ("ポンプA3", ["ポ", "ン", "プ", "a3"]),
        ("🔥 🚰", []),
        ("🔥pump🚰", ["pump"]),
        ("(.*)+? [a-z]{2} \\d $", ["a", "z", "2", "d"]),
        ("", []),
        (" \n\t", []),
        ("- . / : _", []),
    ],
)
def test_terms(text, terms):
    assert plain(text) == terms


def test_stop_words_go_and_words_are_stemmed_but_codes_are_not():
    assert Tokenizer()("The pumps of the running HV-203S") == ["pump", "run", "hv-203s", "hv", "203s"]
    assert Tokenizer(stop_words=None)("the pump") == ["the", "pump"]
    assert Tokenizer(stop_words=["PUMP"])("the pump") == ["the"]
    assert Tokenizer(stemmer="german", stop_words=None)("Pumpen") == ["pump"]


def test_words_with_marks_are_stemmed():
    assert Tokenizer("hindi", None)("पानी का पंप हिन्दी") == ["पान", "क", "पंप", "हिन्द"]
    assert Tokenizer("arabic", None)("كِتَاب") == Tokenizer("arabic", None)("كتاب")


def test_a_code_that_holds_a_stop_word_is_still_found_whole():
    assert Tokenizer()("A-12") == ["a-12", "12"]


def test_stop_words_survive_a_round_through_the_pattern():
    assert all(plain(word) == [word] for word in STOP_WORDS)


def test_the_second_call_gives_what_the_first_gave():
    tokenizer = Tokenizer()
    assert tokenizer("E-1042 pumps") == tokenizer("E-1042 pumps")


@pytest.mark.parametrize(
    ("settings", "message"), [({"stemmer": "klingon"}, "'klingon'"), ({"stop_words": "dutch"}, "'dutch'")]
)
def test_unknown_languages_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Tokenizer(**settings)


def test_what_is_no_text_is_refused():
    with pytest.raises(TypeError, match="NoneType"):
        plain(None)
    with pytest.raises(TypeError, match="list of texts"):
        not_one_text("pump", "queries")
    for texts in (b"pump", {"a": "pump"}):
        with pytest.raises(TypeError, match=f"queries should be a list of texts, but is {type(texts).__name__}"):
            not_one_text(texts, "queries")


def test_terms_are_taken_as_they_are():
    assert terms_of("Two pumps", plain, "it") == ["two", "pumps"]
    assert terms_of(("Two", "pumps"), plain, "it") == ["Two", "pumps"]


@pytest.mark.parametrize("wrong", [None, 7, b"abc", b"", {"a": 1}, {}, ["a", 1], [None], [b"a"], [["a"]]])
def test_what_is_neither_a_text_nor_terms_is_refused(wrong):
    with pytest.raises(TypeError, match="query 3 should be a text or a list of terms, but is "):
        terms_of(wrong, plain, "query 3")
