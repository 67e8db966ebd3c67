import re

import pytest

from labkit.models.catalogue import catalogue, find


def test_the_default_encoder_is_first_and_names_are_unique():
    names = [card.name for card in catalogue()]
    assert names[0] == "all-MiniLM-L6-v2"
    assert len(set(names)) == len(names) == 4


@pytest.mark.parametrize("card", catalogue(), ids=lambda card: card.name)
def test_every_card_pins_its_package_and_hashes_its_files(card):
    assert re.fullmatch(r"[a-z0-9-]+==[a-z0-9.]+", card.package)
    assert card.sha256 and all(re.fullmatch("[0-9a-f]{64}", digest) for digest in card.sha256.values())
    assert card.licence in ("Apache-2.0", "MIT")


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'all-MiniLM'.*all-MiniLM-L6-v2.*wordllama-256"):
        find("all-MiniLM")


def test_cards_agree_with_the_dependencies(request):
    declared = (request.config.rootpath / "pyproject.toml").read_text(encoding="utf-8")
    assert [card.package for card in catalogue() if f'"{card.package}"' not in declared] == []
