from collections import Counter

import pytest

from labkit.data.drawing.dice import Dice


def test_throws_are_those_of_every_other_machine():
    dice = Dice("labkit")
    assert [dice.below(100) for _ in range(6)] == [79, 14, 57, 65, 7, 95]


def test_ranges_are_closed():
    dice = Dice("ranges")
    assert {dice.between(3, 5) for _ in range(200)} == {3, 4, 5}
    assert {dice.below(3) for _ in range(200)} == {0, 1, 2}


def test_weights_decide_how_often():
    dice = Dice("weights")
    counts = Counter(dice.weighted([("often", 9), ("never", 0), ("rarely", 1)]) for _ in range(2000))
    assert set(counts) == {"often", "rarely"} and 1700 < counts["often"] < 1900


def test_no_weight_at_all_is_refused():
    with pytest.raises(ValueError, match="positive weight"):
        Dice("none").weighted([("a", 0)])


def test_shuffling_keeps_every_item_and_leaves_the_list_alone():
    items = list(range(20))
    shuffled = Dice("shuffle").shuffled(items)
    assert items == list(range(20)) != shuffled and sorted(shuffled) == items
    assert len(set(Dice("sample").sample(items, 5))) == 5
