import numpy as np
import pytest
import torch

from labkit.data.schematics import generate
from labkit.models.drawing_clip import TEXT_ENCODER, load_weights, patches, pooled, save, texts
from labkit.models.load import load_encoder
from labkit.train.drawing_clip import Settings, train
from labkit.train.drawing_clip_batches import Batches
from labkit.train.drawing_clip_data import Sheets, presence
from labkit.train.drawing_clip_words import KINDS

SMALL = Settings(steps=90, batch=16, learning_rate=0.004)


@pytest.fixture(scope="module")
def sheets():
    return Sheets.of(generate(320, seed=901, size=128))


@pytest.fixture(scope="module")
def trained(sheets):
    return train(sheets, SMALL, progress=False)


@pytest.mark.slow
def test_half_a_minute_of_training_lowers_every_loss(trained):
    _, curve = trained
    for name, share in {"captions": 0.9, "presence": 0.9, "places": 0.6}.items():
        assert curve[-1][name] < share * curve[0][name], name


def test_half_a_minute_of_training_finds_unseen_sheets_far_better_than_chance(trained):
    model, _ = trained
    unseen = Sheets.of(generate(160, seed=902, size=128))
    with torch.inference_mode():
        sheet = pooled(model, patches(model, torch.from_numpy(unseen.images))).numpy()
        query = texts(model, torch.from_numpy(load_encoder(TEXT_ENCODER).encode_queries(list(KINDS)))).numpy()
    present = presence(unseen.kinds)
    asked = np.flatnonzero((present.sum(0) >= 5) & (present.sum(0) <= 40))
    best = np.argsort(-(query[asked] @ sheet.T), axis=1)[:, :10]
    precision = np.mean([present[rows, kind].mean() for rows, kind in zip(best, asked, strict=True)])
    assert precision > 2 * present[:, asked].mean()


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(sheets):
    first, again, other = (
        train(sheets, Settings(steps=2, batch=4, seed=seed), progress=False)[0].state_dict() for seed in (0, 0, 1)
    )
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["detect.weight"], other["detect.weight"])


def test_folding_changes_no_patch_vector(sheets):
    seen = {}

    def keep(step, model):
        model.eval()
        with torch.no_grad():
            seen["patches"] = patches(model, torch.from_numpy(sheets.images[:2]))
        model.train()

    model, _ = train(sheets, Settings(steps=3, batch=4), on_step=keep, progress=False)
    with torch.no_grad():
        after = patches(model, torch.from_numpy(sheets.images[:2]))
    torch.testing.assert_close(after, seen["patches"], rtol=1e-3, atol=1e-4)


def test_saved_weights_come_back_in_half_precision(trained, tmp_path):
    model, _ = trained
    digest = save(model, tmp_path / "model.safetensors")
    again = load_weights(tmp_path / "model.safetensors")
    assert len(digest) == 64 and [p.name for p in tmp_path.iterdir()] == ["model.safetensors"]
    for name, value in model.state_dict().items():
        assert torch.equal(again.state_dict()[name], value.half().float()), name


def test_a_batch_that_the_sheets_cannot_fill_is_refused(sheets):
    with pytest.raises(ValueError, match="2 to 320 sheets"):
        train(sheets, Settings(batch=1))
    with pytest.raises(ValueError, match="2 to 320 sheets"):
        train(sheets, Settings(batch=321))


def test_a_batch_knows_which_captions_fit_which_sheets(sheets):
    batches = Batches(sheets, batch=8, steps=1, seed=0)
    (batch,) = list(batches)
    assert batch["true"].shape == (8, 8) and batch["true"].any(axis=1).all()
    for row in range(4):  # the first half was written for sheets 0, 2, 4, 6 of the batch
        assert batch["true"][row, 2 * row]
    for row in range(4, 8):  # the others name kinds that stand on sheets 1, 3, 5, 7
        assert batch["true"][row, 2 * (row - 4) + 1]
