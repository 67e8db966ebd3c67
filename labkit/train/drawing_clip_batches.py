"""Batches for the drawing model: sheets with their labels, and the texts of the step, encoded once by MiniLM."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.models.drawing_clip import TEXT_ENCODER
from labkit.train.drawing_clip_data import Sheets, place_labels, presence, shared_captions
from labkit.train.drawing_clip_words import phrasings, several_kinds

Batch = dict[str, NDArray[Any]]


class Batches:
    """The texts of the training sheets, each encoded once by MiniLM, and the batches made of sheets and texts."""

    def __init__(self, sheets: Sheets, *, batch: int, steps: int, seed: int) -> None:
        """Draw one caption of several kinds a sheet and encode all texts.

        Args:
            sheets: what to train on.
            batch: sheets in a batch, at least 2.
            steps: number of batches.
            seed: of the words and of the order.

        Raises:
            ValueError: if a batch does not hold 2 sheets, or there are fewer sheets than a batch holds.
        """
        from labkit.models.load import load_encoder

        if not 2 <= batch <= len(sheets):
            raise ValueError(f"a batch should hold 2 to {len(sheets)} sheets (all there are), but holds {batch}")
        self.sheets, self.size, self.steps, self.seed = sheets, batch, steps, seed
        rng = np.random.default_rng(seed)
        self.present = presence(sheets.kinds)
        self.listed = [several_kinds(np.flatnonzero(row).tolist(), rng) for row in self.present]
        self.phrases = phrasings()
        flat = [words for kind in self.phrases for words in kind]
        flat += [words for own in sheets.captions for words in own] + [words for words, _ in self.listed]
        unique = list(dict.fromkeys(flat))
        self.place = {words: i for i, words in enumerate(unique)}
        self.vectors = load_encoder(TEXT_ENCODER).encode_queries(unique)

    def encoded(self, words: list[str]) -> NDArray[np.float32]:
        """MiniLM's vectors of some of the texts."""
        out: NDArray[np.float32] = self.vectors[[self.place[w] for w in words]]
        return out

    def __len__(self) -> int:
        """Number of steps."""
        return self.steps

    def __iter__(self) -> Iterator[Batch]:
        """One batch a step: sheets in random order, again and again; what is left of a round is dropped."""
        rng = np.random.default_rng(self.seed + 1)
        order: list[int] = []
        for _ in range(self.steps):
            if len(order) < self.size:
                order = rng.permutation(len(self.sheets)).tolist()
            rows, order = sorted(order[: self.size]), order[self.size :]
            yield self.batch(rows, rng)

    def batch(self, rows: list[int], rng: np.random.Generator) -> Batch:
        """Sheets and their labels, one phrase for each kind, and captions: written for a sheet, or kinds on it."""
        sheets, present = self.sheets, self.present[rows]
        own = [str(rng.choice(sheets.captions[row])) for row in rows[::2]]
        named = [self.listed[row] for row in rows[1::2]]
        fits = np.stack([present[:, kinds].all(axis=1) for _, kinds in named])
        size = sheets.images.shape[1]
        return {
            "images": np.ascontiguousarray(sheets.images[rows]),
            "present": present,
            "labels": np.stack([place_labels(sheets.kinds[row], sheets.boxes[row], size) for row in rows]),
            "kinds": self.encoded([str(rng.choice(phrases)) for phrases in self.phrases]),
            "captions": self.encoded(own + [text for text, _ in named]),
            "true": np.vstack([shared_captions(own, [sheets.captions[row] for row in rows]), fits]),
        }
