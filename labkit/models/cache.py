"""An on-disk cache of embeddings, so that a notebook encodes its collection once and not at every run.

One SQLite file an encoder, named by the encoder's fingerprint; one row a text, keyed by the text's sha256. SQLite's
journal makes it safe to kill a notebook at any moment or to run two at once: a row is there whole or not at all.
Texts are encoded and stored a few hundred at a time, so a killed run resumes where it was.
"""

import hashlib
import os
import sqlite3
import time
import warnings
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from labkit import settings
from labkit.checks import Vectors
from labkit.models.texts import check_texts

TEXTS_A_TRANSACTION = 512
WAIT_FOR_OTHERS_S = 60.0


class Encoder(Protocol):
    """A dense text encoder: texts to unit vectors `(n, dim)` float32."""

    name: str
    dim: int
    max_tokens: int
    fingerprint: str

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a document."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a query."""


class CachedEncoder:
    """An encoder that remembers on disk what it has encoded before; otherwise the same as the one it wraps.

    Attributes:
        encoder: the encoder that does the work.
        file: where the vectors lie; delete it to encode anew.
        name: the encoder's name.
        dim: numbers in a vector.
        max_tokens: longer texts are cut here.
        fingerprint: the encoder's fingerprint.
    """

    def __init__(self, encoder: Encoder, folder: Path | None = None) -> None:
        """Wrap an encoder.

        Args:
            encoder: what does the work.
            folder: where the cache files lie; by default `embeddings` in labkit's cache folder.
        """
        self.encoder = encoder
        self.name, self.dim = encoder.name, encoder.dim
        self.max_tokens, self.fingerprint = encoder.max_tokens, encoder.fingerprint
        folder = folder or settings.cache_dir() / "embeddings"
        folder.mkdir(parents=True, exist_ok=True)
        mark = hashlib.sha256(encoder.fingerprint.encode()).hexdigest()[:16]
        self.file = folder / f"{encoder.name.replace('/', '--')}-{mark}.sqlite"

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a document, `(n, dim)` float32, read from the cache where it is there."""
        return self._encode("document", texts, self.encoder.encode_documents)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a query, `(n, dim)` float32, read from the cache where it is there."""
        return self._encode("query", texts, self.encoder.encode_queries)

    def _encode(self, role: str, texts: Sequence[str], encode: Callable[[list[str]], Vectors]) -> Vectors:
        listed = check_texts(texts)
        keys = [hashlib.sha256(f"{role}\0{text}".encode("utf-8", "surrogatepass")).digest() for text in listed]
        known = self._guarded(partial(_read, keys=keys, dim=self.dim))
        missing = {key: text for key, text in zip(keys, listed, strict=True) if key not in known}
        # The longest texts first, as the encoder would: every transaction then holds texts of like length.
        order = sorted(missing, key=lambda key: -len(missing[key]))
        from tqdm.auto import tqdm

        with tqdm(total=len(order), desc=f"encoding ({self.name})", unit="text", delay=2) as bar:
            for start in range(0, len(order), TEXTS_A_TRANSACTION):
                part = order[start : start + TEXTS_A_TRANSACTION]
                fresh = dict(zip(part, encode([missing[key] for key in part]), strict=True))
                self._guarded(partial(_write, fresh=fresh))
                known |= fresh
                bar.update(len(part))
        return np.stack([known[key] for key in keys]) if keys else np.empty((0, self.dim), np.float32)

    def _guarded(self, work: Callable[[sqlite3.Connection], dict[bytes, Vectors]]) -> dict[bytes, Vectors]:
        """Work on the cache file; a file that is broken is set aside, and one that cannot be used is gone without."""
        try:
            with closing(_open(self.file)) as store, store:
                return work(store)
        except sqlite3.OperationalError as problem:
            warnings.warn(f"working without the cache of embeddings {self.file}: {problem}", stacklevel=4)
        except sqlite3.DatabaseError as problem:
            aside = self.file.with_suffix(f".broken-{time.time_ns()}")
            # A journal that stayed behind would be played into the new file.
            for old, new in ((self.file, aside), (Path(f"{self.file}-journal"), Path(f"{aside}-journal"))):
                with suppress(OSError):  # Another notebook has just done the same, or there is no journal.
                    os.replace(old, new)
            warnings.warn(f"the cache of embeddings was broken ({problem}) and starts anew; see {aside}", stacklevel=4)
        return {}


def _open(file: Path) -> sqlite3.Connection:
    store = sqlite3.connect(file, timeout=WAIT_FOR_OTHERS_S)
    try:
        store.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB, crc INTEGER)")
    except BaseException:
        store.close()
        raise
    return store


def _read(store: sqlite3.Connection, keys: list[bytes], dim: int) -> dict[bytes, Vectors]:
    found: dict[bytes, Vectors] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        marks = ",".join("?" * len(part))
        for key, blob, crc in store.execute(f"SELECT key, vector, crc FROM vectors WHERE key IN ({marks})", part):
            # SQLite does not notice a changed byte inside a row.
            if len(blob) != 4 * dim or zlib.crc32(blob) != crc:
                raise sqlite3.DatabaseError("a stored vector is damaged")
            found[key] = np.frombuffer(blob, "<f4")
    return found


def _write(store: sqlite3.Connection, fresh: dict[bytes, Vectors]) -> dict[bytes, Vectors]:
    rows = ((key, blob, zlib.crc32(blob)) for key, blob in ((k, v.astype("<f4").tobytes()) for k, v in fresh.items()))
    store.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)", rows)
    return {}
