import dataclasses

import numpy as np

from labkit.data.schematics import generate
from labkit.measure.located import located


class KnowsOne:
    """Points at a fixed place in every drawing."""

    stride = 8

    def __init__(self, row, column):
        self.at = row, column

    def encode_patches(self, images):
        patches = np.zeros((len(images), 32, 32, 1), np.float32)
        patches[:, *self.at] = 1
        return patches

    def encode_queries(self, texts):
        return np.ones((len(texts), 1), np.float32)


def test_a_hit_lies_in_the_true_box_and_luck_is_its_area():
    drawn = generate(1, seed=4)
    kinds = [c.kind for c in drawn.components[0]]
    kind = next(k for k in kinds if kinds.count(k) == 1)
    x0, y0, x1, y1 = drawn.boxes(0, kind)[0]
    library = dataclasses.replace(drawn, query_ids=["q"], queries=["where?"], kinds=["kind"], asks=[{"kind": kind}])
    row, column = int((y0 + y1) / 16), int((x0 + x1) / 16)
    (found,) = located(KnowsOne(row, column), library)
    assert found.right
    assert found.lucky_symbol == 1 / len(kinds)
    assert found.lucky_point == (min(x1, 255) - max(x0, 0) + 1) * (min(y1, 255) - max(y0, 0) + 1) / 256**2
    assert not located(KnowsOne(0, 0), library)[0].right


def test_drawings_with_several_are_left_out_unless_wanted():
    drawn = generate(6, seed=4)
    kind = next(c.kind for p in drawn.components for c in p if [x.kind for x in p].count(c.kind) > 1)
    library = dataclasses.replace(drawn, query_ids=["q"], queries=["where?"], kinds=["kind"], asks=[{"kind": kind}])
    one, every = (located(KnowsOne(3, 3), library, only_one=flag) for flag in (True, False))
    assert len(every) > len(one)
