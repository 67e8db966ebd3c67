"""The drawing library: piping diagrams, electrical circuits and evacuation plans of one fictional plant.

    >>> library = Schematics.load()                        # doctest: +SKIP
    >>> library.images.shape, library.images.dtype         # doctest: +SKIP
    ((640, 256, 256), dtype('uint8'))

The specification (data/schematics/specification.jsonl) is the library; pictures are drawn from it once and kept in
the cache. The library is what is searched and is never trained on: `generate(n, seed)` draws training sheets with
the same pen from other dice.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from labkit import settings
from labkit.data.collection import Collection, Qrels
from labkit.data.drawing import captions, pictures, queries, specify, store
from labkit.data.drawing.judge import Asks
from labkit.data.drawing.record import Component, Drawing

Images = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Schematics:
    """Drawings with captions, and for the library queries with judgements. Positions 0, 1, 2 ... as in `Hits.ids`.

    Attributes:
        name: what figures and tables call it.
        drawings: the specifications, in order.
        images: the pictures (n, 256, 256), uint8, 255 = white.
        captions: several captions a drawing.
        query_ids: one id a query.
        queries: the query texts.
        kinds: one kind a query: `kind`, `count`, `relation`, `room`, `tag`, `negation`, `synonym`.
        asks: the question behind each query, in the form of labkit/data/drawing/judge.py.
        qrels: query id -> {drawing id: grade}; 2 answers it, 1 comes close.
    """

    name: str
    drawings: list[Drawing]
    images: Images
    captions: list[list[str]]
    query_ids: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    asks: list[Asks] = field(default_factory=list)
    qrels: Qrels = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of drawings."""
        return len(self.drawings)

    def __repr__(self) -> str:
        """Name and sizes."""
        return f"Schematics {self.name!r}: {len(self):,} drawings, {len(self.queries):,} queries"

    @cached_property
    def ids(self) -> list[str]:
        """One id a drawing."""
        return [d.id for d in self.drawings]

    @cached_property
    def types(self) -> list[str]:
        """One type a drawing: `piping`, `electrical` or `plan`."""
        return [d.type for d in self.drawings]

    @cached_property
    def components(self) -> list[list[Component]]:
        """The components of each drawing: kind, tag, room, and box x0 y0 x1 y1 in pixels of the 256-pixel picture."""
        return [d.components for d in self.drawings]

    @cached_property
    def positions(self) -> dict[str, int]:
        """Drawing id -> its position."""
        return {d.id: i for i, d in enumerate(self.drawings)}

    def relevance(self) -> list[dict[int, int]]:
        """Per query, in the order of `queries`: {drawing position: grade}, only grades of at least 1."""
        return [
            {self.positions[i]: grade for i, grade in self.qrels.get(query_id, {}).items() if grade >= 1}
            for query_id in self.query_ids
        ]

    def boxes(self, position: int, kind: str) -> list[tuple[int, int, int, int]]:
        """Where the components of a kind lie in one drawing: their boxes x0 y0 x1 y1, in pixels."""
        return [c.box for c in self.components[position] if c.kind == kind]

    def collection(self) -> Collection:
        """The captions as a text collection with the same queries and judgements, for BM25 and text encoders."""
        return Collection(
            name=f"{self.name} captions",
            doc_ids=self.ids,
            titles=[f"{d.title.capitalize()}, {d.room.lower()}" for d in self.drawings],
            texts=["\n".join(c) for c in self.captions],
            types=self.types,
            query_ids=self.query_ids,
            queries=self.queries,
            kinds=self.kinds,
            qrels=self.qrels,
        )

    @classmethod
    def load(cls, name: str = "library") -> Schematics:
        """The drawing library. The first call draws the pictures (seconds) and keeps them in the cache.

        Raises:
            ValueError: there is no library of that name, or a line of its files is damaged (file and line named).
            FileNotFoundError: a file of data/schematics is missing.
        """
        if name != "library":
            raise ValueError(f"no drawings named {name!r}: load 'library', or draw others with generate(n, seed)")
        return read(settings.repo_data_dir() / "schematics")


def read(folder: Path) -> Schematics:
    """Drawings in the layout of data/schematics: specification.jsonl beside a BEIR folder of captions and queries."""
    drawings = store.read(folder / "specification.jsonl")
    text = Collection.from_beir(folder)
    if text.doc_ids != [d.id for d in drawings]:
        raise ValueError(f"{folder / 'corpus.jsonl'} and specification.jsonl must hold the same ids in the same order")
    asks = _questions(folder / "queries.jsonl")
    promise = folder / "pixels.sha256"
    return Schematics(
        name="library",
        drawings=drawings,
        images=pictures.cached(
            folder / "specification.jsonl", drawings, promise.read_text().strip() if promise.is_file() else ""
        ),
        captions=[t.split("\n") for t in text.texts],
        query_ids=text.query_ids,
        queries=text.queries,
        kinds=text.kinds,
        asks=[asks[i] for i in text.query_ids],
        qrels=text.qrels,
    )


def _questions(path: Path) -> dict[str, Asks]:
    out: dict[str, Asks] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        record = json.loads(line)  # Collection.from_beir has read this file already: its lines are sound
        if not isinstance(record.get("asks"), dict) or not record["asks"]:
            raise ValueError(f'{path}, line {number}: \'asks\' must be a question such as {{"kind": "gate valve"}}')
        out[record["_id"]] = record["asks"]
    return out


def generate(n: int, seed: int, *, start: int = 0, size: int = 256, progress: bool = False) -> Schematics:
    """Training drawings with captions and no queries; the same for one seed, number by number, on any machine.

    Numbers start, start + 1, ... of a seed are drawn, so that a large set can be made in parts or in parallel.

    Raises:
        ValueError: n < 1, seed < 0, start < 0, or size outside 32 to 1024.

    Example:
        >>> sheets = generate(2, seed=7, size=64)
        >>> sheets.images.shape, len(sheets.captions[0])
        ((2, 64, 64), 6)
    """
    drawings = specify.training(n, seed, start)
    return Schematics(
        name=f"training {seed}",
        drawings=drawings,
        images=pictures.draw_all(drawings, size, "drawing" if progress else ""),
        captions=[captions.caption_list(d, specify.caption_dice(f"training {seed}", d)) for d in drawings],
    )


def write(folder: Path) -> None:
    """Make the committed files of the library anew: specification, captions, queries, judgements, pixel hash."""
    drawings = specify.library()
    words = [captions.caption_list(d, specify.caption_dice("library", d)) for d in drawings]
    asked = queries.build(drawings)
    corpus = [
        {"_id": d.id, "title": f"{d.title.capitalize()}, {d.room.lower()}", "text": "\n".join(w), "type": d.type}
        for d, w in zip(drawings, words, strict=True)
    ]
    rows = [
        f"{query}\t{drawing}\t{grade}\n"
        for query, grades in queries.judgements(drawings, asked).items()
        for drawing, grade in grades.items()
    ]
    files = {
        "specification.jsonl": store.lines(drawings),
        "corpus.jsonl": "".join(json.dumps(c) + "\n" for c in corpus),
        "queries.jsonl": "".join(
            json.dumps({"_id": q.id, "text": q.text, "kind": q.kind, "asks": q.asks}) + "\n" for q in asked
        ),
        "qrels/test.tsv": "query-id\tcorpus-id\tscore\n" + "".join(rows),
        "pixels.sha256": pictures.fingerprint(pictures.draw_all(drawings, progress="drawing the library")) + "\n",
    }
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
        os.chmod(draft, 0o644)
        os.replace(draft, place)
