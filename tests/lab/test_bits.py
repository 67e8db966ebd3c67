import numpy as np
import pytest

from labkit.compress.matryoshka import random_rotation
from labkit.lab.bits import angles_and_bits, levels_explorer, pareto_front, plot_angle_cloud, plot_levels, plot_pareto


def vectors(n=400, d=64, seed=0):
    x = np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def test_bits_follow_the_angle_as_theory_says():
    documents = vectors(d=2048)
    mixed = documents[:200] + 0.02 * np.random.default_rng(1).standard_normal((200, 2048)).astype(np.float32)
    angles, shares = angles_and_bits(documents, mixed / np.linalg.norm(mixed, axis=1, keepdims=True), pairs=300, seed=0)
    assert angles.min() < 60 < angles.max()
    assert np.abs(shares - angles / 180).max() < 0.06


def test_the_cloud_names_each_representation_and_its_error():
    documents = vectors()
    rotate = random_rotation(64, seed=0)
    exhibit = plot_angle_cloud(
        {"raw": (documents, documents[:9]), "turned": (rotate(documents), rotate(documents[:9]))}, pairs=50
    )
    assert [trace.name for trace in exhibit.figure.data] == ["theory: angle / 180", "raw", "turned"]
    assert all(len(trace.x) == 50 for trace in exhibit.figure.data[1:])
    assert "raw 0." in exhibit.summary and "turned 0." in exhibit.summary


def test_levels_say_what_is_clipped_and_how_far_off_the_rest_is():
    numbers = vectors()
    everything = plot_levels(numbers, bits=8, quantile=1.0)
    assert "0.000% of the numbers lie outside" in everything.summary
    narrow = plot_levels(numbers, bits=8, quantile=0.9)
    share = float(narrow.summary.split("range. ")[1].split("%")[0])
    assert 9 < share < 11
    with pytest.raises(ValueError, match="4 or 8"):
        plot_levels(numbers, bits=5)


def test_more_bits_and_a_fitting_range_give_smaller_errors():
    def error(**settings):
        summary = plot_levels(vectors(), **settings).summary
        return float(summary.rsplit("error is ", 1)[1].split("%")[0])

    assert error(bits=8) < error(bits=4) / 10
    assert error(bits=4, quantile=0.5) > error(bits=4, quantile=0.999)


def test_levels_explorer_redraws():
    box = levels_explorer(vectors(50, 8))
    bits = box.children[0].children[0]
    bits.value = 8
    assert "int8" in str(box.children[1].outputs[0]["data"]["application/vnd.plotly.v1+json"])


def test_pareto_front_by_hand():
    costs, gains = [1, 1, 2, 3, 3], [0.2, 0.3, 0.3, 0.9, 0.8]
    assert pareto_front(costs, gains).tolist() == [False, True, False, True, False]
    assert pareto_front([5, 5], [1, 1]).tolist() == [True, True]
    exhibit = plot_pareto([("a", 1, 0.3), ("b", 2, 0.2), ("c", 3, 0.9)], "A finding", x="bytes", y="recall")
    assert exhibit.summary == "Not beaten by any other: a (0.300 for 1); c (0.900 for 3)."
