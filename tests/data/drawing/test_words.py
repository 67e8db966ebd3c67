import pytest

from labkit.data.drawing.words import a, listed, plural, several


@pytest.mark.parametrize(
    ("noun", "phrase"),
    [("pump", "a pump"), ("isolator", "an isolator"), ("ESD valve", "an ESD valve"), ("VFD", "a VFD"), ("AED", "an AED"),
     ("Y-strainer", "a Y-strainer"), ("stairs", "stairs"), ("alternator", "an alternator")],
)  # fmt: skip
def test_articles(noun, phrase):
    assert a(noun) == phrase


@pytest.mark.parametrize(
    ("noun", "many"),
    [("pump", "pumps"), ("battery", "batteries"), ("relay", "relays"), ("first aid box", "first aid boxes"),
     ("float switch", "float switches"), ("stairs", "stairs"), ("tank with a stirrer", "tanks with a stirrer"),
     ("battery supply", "battery supplies")],
)  # fmt: skip
def test_plurals(noun, many):
    assert plural(noun) == many


def test_counts_and_lists():
    assert (
        several(1, "fuse") == "one fuse" and several(3, "fuse") == "three fuses" and several(12, "fuse") == "12 fuses"
    )
    assert listed(["a"]) == "a" and listed(["a", "b"]) == "a and b" and listed(["a", "b", "c"]) == "a, b and c"
