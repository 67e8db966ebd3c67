"""Train the small CLIP of the drawing library: `python -m labkit.train.drawing_clip`.

Sheets drawn for training alone, from other dice than the library's; the losses of `drawing_clip_loss`; one seed for
everything.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from labkit.data.schematics import generate
from labkit.files import write_whole
from labkit.models.drawing_clip import build, folded, model_folder, patches, pooled, save, texts
from labkit.train.drawing_clip_batches import Batch, Batches
from labkit.train.drawing_clip_card import card
from labkit.train.drawing_clip_data import Sheets
from labkit.train.drawing_clip_loss import caption_loss, place_loss, presence_loss

Module = Any  # torch.nn.Module
Tensor = Any  # torch.Tensor
Curve = list[dict[str, float]]
SHEETS, SHEETS_SEED = 8000, 11
WEIGHTS = {"captions": 0.5, "presence": 6.0, "places": 1.0}


@dataclass(frozen=True)
class Settings:
    """How to train. The defaults made the committed weights."""

    steps: int = 2400
    batch: int = 8
    learning_rate: float = 0.0015
    weight_decay: float = 0.0005
    seed: int = 0


def train(
    drawn: Sheets,
    settings: Settings = Settings(),  # noqa: B008 (frozen)
    *,
    on_step: Callable[[int, Module], None] | None = None,
    progress: bool = True,
) -> tuple[Module, Curve]:
    """The trained model, ready to save, and its loss curve: one record of each loss every ten steps.

    Args:
        drawn: what to train on.
        settings: steps, batch, learning rate and seed.
        on_step: called after each step with the step and the model in training.
        progress: show a bar.

    Raises:
        ValueError: if there are fewer sheets than a batch holds, or fewer than two in a batch.
    """
    import torch
    from tqdm.auto import tqdm

    from labkit.models.dense import fast_dtype, torch_threads

    batches = Batches(drawn, batch=settings.batch, steps=settings.steps, seed=settings.seed)
    torch.manual_seed(settings.seed)
    model = build(training=True).to(memory_format=torch.channels_last).train()
    scales = torch.nn.ParameterDict(
        {name: torch.tensor(value) for name, value in
         {"caption": 2.7, "presence": 2.3, "shift": -3.0, "place": 1.0, "paper": 3.0}.items()}
    )  # fmt: skip
    weights = [*model.parameters(), *scales.parameters()]
    optimizer = torch.optim.AdamW(weights, lr=settings.learning_rate, weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: pace(step, settings.steps))
    low = fast_dtype() == "bfloat16"
    curve: Curve = []
    recent: list[list[float]] = []
    with torch_threads(), tqdm(batches, desc="training", unit="step", disable=not progress) as bar:
        for step, batch in enumerate(bar):
            parts = losses(model, scales, batch, low)
            loss = torch.stack([WEIGHTS[name] * value for name, value in parts.items()]).sum()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 2.0)
            optimizer.step()
            schedule.step()
            recent.append([value.item() for value in parts.values()])
            if step % 10 == 9 or step == settings.steps - 1:
                means = dict(zip(parts, np.mean(recent, axis=0).round(4).tolist(), strict=True))
                curve.append({"step": step + 1, **means})
                recent = []
                bar.set_postfix(means, refresh=False)
            if on_step is not None:
                on_step(step, model)
    return folded(model), curve


def pace(step: int, steps: int) -> float:
    """The learning rate's factor: up over 40 steps, level, and down to nothing over the last third.

    Example:
        >>> [round(pace(step, 1200), 2) for step in (0, 19, 40, 800, 1000, 1199)]
        [0.03, 0.5, 1.0, 1.0, 0.5, 0.0]
    """
    return min((step + 1) / 40, 1.0, 3 * (steps - step) / steps)


def losses(model: Module, scales: Module, batch: Batch, low: bool = False) -> dict[str, Tensor]:
    """The three losses of a batch.

    Args:
        model: in training.
        scales: temperatures and constants of the losses, trained with it.
        batch: as `Batches` yields it.
        low: run the convolutions in bfloat16.
    """
    import torch

    given = {name: torch.from_numpy(array) for name, array in batch.items()}
    with torch.autocast("cpu", torch.bfloat16, enabled=low):
        places = patches(model, given["images"])
    places = places.float()
    sheets, kinds, captions = pooled(model, places), texts(model, given["kinds"]), texts(model, given["captions"])
    return {
        "captions": caption_loss(sheets, captions, given["true"], scales["caption"].exp()),
        "presence": presence_loss(sheets, kinds, given["present"], scales["presence"].exp(), scales["shift"]),
        "places": place_loss(places, kinds, given["labels"], scales["place"].exp(), scales["paper"]),
    }


def train_drawing_clip(
    folder: Path | None = None,
    *,
    sheets: int = SHEETS,
    sheets_seed: int = SHEETS_SEED,
    settings: Settings = Settings(),  # noqa: B008 (frozen)
) -> dict[str, Any]:
    """Draw sheets, train, measure on the library, and write weights, loss curve, results and card.

    Args:
        folder: where the four files go; by default `data/models/drawing-clip`.
        sheets: how many to draw.
        sheets_seed: of the drawing dice.
        settings: of the training.
    """
    folder = folder or model_folder()
    drawn = Sheets.of(generate(sheets, sheets_seed, progress=True))
    started = time.perf_counter()
    model, curve = train(drawn, settings)
    facts = {"sheets": sheets, "sheets_seed": sheets_seed, "steps_seconds": round(time.perf_counter() - started)}
    return finish(folder, model, curve, settings, facts)


def finish(folder: Path, model: Module, curve: Curve, settings: Settings, facts: dict[str, Any]) -> dict[str, Any]:
    """Write a trained model with its loss curve, measure it on the library, and write results and card.

    Args:
        folder: where the four files go.
        model: as `train` returned it.
        curve: as `train` returned it.
        settings: of the training.
        facts: what else the card should say about the training.
    """
    from labkit.data.drawing.kinds import NAMES
    from labkit.data.schematics import Schematics
    from labkit.models.image_text import DrawingClip
    from labkit.settings import threads
    from labkit.train.drawing_clip_report import measure

    digest = save(model, folder / "model.safetensors")
    known = {
        "sha256": digest,
        "parameters": sum(value.numel() for value in model.parameters()),
        "kinds": len(NAMES),
        "settings": asdict(settings) | {"weights": WEIGHTS},
        "last_losses": curve[-1],
        "threads": threads(),
        **facts,
    }
    write_whole(folder / "loss_curve.json", json.dumps(curve) + "\n")
    write_whole(folder / "results.json", json.dumps(known) + "\n")  # the model loads only beside its hash
    results = known | measure(DrawingClip(folder), Schematics.load())
    write_whole(folder / "results.json", json.dumps(results, indent=1) + "\n")
    write_whole(folder / "README.md", card(results))
    return results


if __name__ == "__main__":
    train_drawing_clip()
