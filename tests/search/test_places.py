import numpy as np
import pytest

from labkit.search.places import PatchSearcher, locate, place_of


class Toy:
    """A patch is the mean darkness of an 8 x 8 square in its first number, its lightness in the second."""

    stride = 8

    def encode_patches(self, images):
        dark = (255 - images.astype(np.float32)).reshape(len(images), 4, 8, 4, 8).mean(axis=(2, 4)) / 255
        return np.stack([dark, 0.1 * (1 - dark)], axis=3)

    def encode_queries(self, texts):
        return np.array([[1, 0] if "ink" in text else [0, 1] for text in texts], np.float32)


@pytest.fixture
def sheets():
    images = np.full((3, 32, 32), 255, np.uint8)
    images[1, 8:16, 16:32] = 0
    images[2, :8, :8] = 128
    return images


def test_locate_points_at_the_ink(sheets):
    place = locate(Toy(), "where is the ink?", sheets[1])
    assert place.box == (16, 8, 32, 16) and place.centre == (24, 12) and place.score == 1
    assert place.heat.shape == (4, 4)


def test_a_box_holds_what_hangs_together_and_nothing_else():
    patches = np.zeros((4, 4, 1), np.float32)
    patches[0, 0] = 0.9  # as warm as half of the best, but elsewhere
    patches[2, 2], patches[3, 3], patches[2, 3] = 1, 0.6, 0.4
    assert place_of(patches, np.ones(1, np.float32), 10).box == (20, 20, 40, 40)


def test_a_blank_sheet_still_has_a_best_place_of_one_patch():
    assert place_of(np.zeros((4, 4, 1), np.float32), np.ones(1, np.float32), 8).box == (0, 0, 8, 8)


def test_locate_refuses_what_is_no_query(sheets):
    with pytest.raises(TypeError, match="one text"):
        locate(Toy(), ["ink"], sheets[0])


def test_the_patch_searcher_ranks_by_the_best_patch(sheets):
    searcher = PatchSearcher(Toy(), sheets, keep=16)
    hits = searcher.search(["ink", "paper"], 3)
    assert hits.ids[0].tolist() == [1, 2, 0]
    np.testing.assert_allclose(hits.scores[0], [1, 127 / 255, 0], atol=1e-3)
    assert searcher.nbytes == 3 * 16 * 2 * 2 and len(searcher) == 3


def test_few_patches_are_the_unusual_ones(sheets):
    hits = PatchSearcher(Toy(), sheets, keep=1).search(["ink"], 1)
    assert hits.ids.tolist() == [[1]]
    with pytest.raises(ValueError, match="k should be at least 1"):
        PatchSearcher(Toy(), sheets, keep=0)
    with pytest.raises(ValueError, match="no images"):
        PatchSearcher(Toy(), sheets[:0])
