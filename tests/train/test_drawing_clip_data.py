import math

import numpy as np
import torch

from labkit.data.drawing import queries
from labkit.data.drawing.kinds import NAMES, UNSEEN
from labkit.data.schematics import generate
from labkit.train.drawing_clip_data import IGNORE, PAPER, Sheets, place_labels, presence, shared_captions
from labkit.train.drawing_clip_loss import caption_loss, place_loss, presence_loss
from labkit.train.drawing_clip_words import KINDS, PHRASES, phrasings, several_kinds


def test_sheets_carry_what_stands_on_them_at_the_size_drawn():
    drawn = generate(3, seed=5, size=128)
    sheets = Sheets.of(drawn)
    component = drawn.components[1][2]
    assert KINDS[sheets.kinds[1][2]] == component.kind
    np.testing.assert_allclose(sheets.boxes[1][2], np.array(component.box) / 2)
    assert [len(words) for words in sheets.captions] == [1, 1, 1]


def test_place_labels_by_hand():
    # Pixels 8 to 24: the middle is 16, places have their centres at 4, 12, 20, 28, and 62 % of 8 pixels reach 4.96.
    labels = place_labels(np.array([7]), np.array([[8, 8, 24, 24]], np.float32), 32)
    assert labels.tolist() == [[PAPER] * 4, [PAPER, 7, 7, PAPER], [PAPER, 7, 7, PAPER], [PAPER] * 4]


def test_a_small_symbol_on_a_large_one_keeps_its_place_and_rims_are_left_out():
    boxes = np.array([[0, 0, 64, 64], [24, 24, 40, 40]], np.float32)
    labels = place_labels(np.array([1, 2]), boxes, 64)
    assert labels[3, 3] == labels[4, 4] == 2
    assert labels[2, 2] == 1
    assert labels[0, 0] == IGNORE


def test_every_symbol_keeps_a_place():
    sheets = Sheets.of(generate(20, seed=6))
    for kinds, boxes in zip(sheets.kinds, sheets.boxes, strict=True):
        labels = place_labels(kinds, boxes, 256)
        assert np.mean([kind in labels for kind in kinds]) > 0.9  # boxes that overlap may hide one another


def test_presence_and_shared_captions():
    rows = presence([np.array([0, 3, 3]), np.array([], np.int64)])
    assert rows[0, [0, 1, 3]].tolist() == [1, 0, 1] and rows[1].sum() == 0
    assert shared_captions(["a", "b"], [["a"], ["b", "a"]]).tolist() == [[True, True], [False, True]]


def test_no_query_of_the_library_is_trained_on():
    forms = {*queries.KIND, *queries.COUNT, *queries.WITHOUT, *queries.ROOM}
    assert not forms & set(PHRASES)
    said = {text for kind in phrasings() for text in kind}
    assert not said & set(UNSEEN.values())
    assert len(phrasings()) == len(NAMES)


def test_captions_name_kinds_that_are_there():
    text, kinds = several_kinds([4, 9], np.random.default_rng(0))
    assert sorted(kinds) == [4, 9]
    assert all(any(name in text for name in (KINDS[i], *NAMES[KINDS[i]])) for i in kinds)


def test_caption_loss_by_hand():
    eye = torch.eye(2)
    # Each right pair has cosine 1, each wrong one 0: -log(e / (e + 1)) both ways.
    loss = caption_loss(eye, eye, torch.eye(2, dtype=torch.bool), torch.tensor(1.0))
    assert math.isclose(loss.item(), math.log(math.e + 1) - 1, rel_tol=1e-6)
    # A caption that fits both sheets asks for both: the best it can reach is log 2 each.
    both = caption_loss(torch.ones(2, 1), torch.ones(1, 1), torch.ones(1, 2, dtype=torch.bool), torch.tensor(1.0))
    assert math.isclose(both.item(), math.log(2) / 2, rel_tol=1e-6)


def test_presence_loss_by_hand():
    loss = presence_loss(
        torch.eye(2)[:1], torch.eye(2), torch.tensor([[1.0, 0.0]]), torch.tensor(2.0), torch.tensor(-1.0)
    )
    want = (math.log1p(math.exp(-1)) + math.log1p(math.exp(-1))) / 2  # the scores are 1 for the kind, -1 for the other
    assert math.isclose(loss.item(), want, rel_tol=1e-6)


def test_place_loss_by_hand():
    places = torch.tensor([[[[1.0, 0.0], [0.0, 0.0], [9.0, 9.0]]]])
    labels = torch.tensor([[[0, PAPER, IGNORE]]])
    kinds = torch.zeros(len(KINDS), 2)
    kinds[0, 0] = 1
    loss = place_loss(places, kinds, labels, torch.tensor(1.0), torch.tensor(0.0))
    drawn = math.log(math.e + len(KINDS)) - 1
    assert math.isclose(loss.item(), drawn + math.log(len(KINDS) + 1), rel_tol=1e-5)
