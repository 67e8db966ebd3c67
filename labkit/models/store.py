"""Vectors on disk, found again by the hash of what they were made from.

One SQLite file a model, one row an item. SQLite's journal makes it safe to kill a notebook at any moment or to run two
at once: a row is there whole or not at all. Items are computed and stored a few hundred at a time, so a killed run
resumes where it was. A damaged file is set aside and made again.
"""

import hashlib
import os
import random
import re
import sqlite3
import time
import warnings
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from labkit import settings
from labkit.checks import Vectors
from labkit.models.memory import may_remember

ITEMS_A_TRANSACTION = 512
WAIT_FOR_OTHERS_S = 60.0
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]')  # of files, on one system or another

Item = TypeVar("Item")
Rows = dict[bytes, Vectors]


@dataclass(frozen=True)
class VectorStore:
    """A file of vectors by key; what goes wrong with the file is a warning, never a wrong vector.

    Attributes:
        file: where the vectors lie; delete it to forget them.
        dim: numbers in a vector.
        ragged: an item is not one vector but any number of them, `(t, dim)`, kept in half precision.
    """

    file: Path
    dim: int
    ragged: bool = False

    def get(self, keys: Sequence[bytes]) -> Rows:
        """The vectors, `(dim,)` float32 or, if ragged, `(t, dim)` float16 each, of those keys that are there."""
        return self._guarded(partial(_read, keys=keys, dim=self.dim, ragged=self.ragged))

    def put(self, rows: Rows) -> None:
        """Store vectors by key, all of them or, if the process is killed, none."""
        self._guarded(partial(_write, rows=rows, ragged=self.ragged))

    def _guarded(self, work: Callable[[sqlite3.Connection], Rows]) -> Rows:
        try:
            with closing(_open(self.file)) as store, store:
                return work(store)
        except sqlite3.OperationalError as problem:
            warnings.warn(f"working without the cache {self.file}: {problem}", stacklevel=4)
        except sqlite3.DatabaseError as problem:
            aside = self.file.with_suffix(f".broken-{time.time_ns()}")
            # A journal that stayed behind would be played into the new file.
            for old, new in ((self.file, aside), (Path(f"{self.file}-journal"), Path(f"{aside}-journal"))):
                with suppress(OSError):  # Another notebook has just done the same, or there is no journal.
                    os.replace(old, new)
            warnings.warn(f"the cache {self.file} was broken ({problem}) and starts anew; see {aside}", stacklevel=4)
        return {}


def open_store(
    kind: str, name: str, fingerprint: str, dim: int, folder: Path | None = None, *, ragged: bool = False
) -> VectorStore:
    """The store of one model's results.

    Args:
        kind: folder inside labkit's cache folder, as `embeddings`.
        name: the model's name, for the file's name.
        fingerprint: changes whenever the model's numbers could; another fingerprint is another file.
        dim: numbers in a vector.
        folder: where the file lies, if not in labkit's cache folder.
        ragged: an item is any number of vectors.
    """
    folder = folder or settings.cache_dir() / kind
    with suppress(OSError):  # Without a folder each use of the store warns, and everything is computed.
        folder.mkdir(parents=True, exist_ok=True)
    mark = hashlib.sha256(fingerprint.encode()).hexdigest()[:16]
    return VectorStore(folder / f"{_NOT_IN_NAMES.sub('--', name)}-{mark}.sqlite", dim, ragged)


def text_key(*parts: str) -> bytes:
    """The sha256 of some texts; where one ends and the next begins counts.

    Example:
        >>> text_key("ab", "c") == text_key("a", "bc")
        False
    """
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogatepass")).digest()


def remembered(
    store: VectorStore,
    items: Sequence[Item],
    key: Callable[[Item], bytes],
    size: Callable[[Item], int],
    compute: Callable[[list[Item]], Vectors],
    what: str,
) -> Vectors:
    """The vector of each item, `(n, dim)` float32: from the store, or computed and then stored; each item only once.

    The arguments are those of `recalled`.
    """
    rows = recalled(store, items, key, size, compute, what)
    return np.stack(rows) if rows else np.empty((0, store.dim), np.float32)


def recalled(
    store: VectorStore,
    items: Sequence[Item],
    key: Callable[[Item], bytes],
    size: Callable[[Item], int],
    compute: Callable[[list[Item]], Iterable[Vectors]],
    what: str,
) -> list[Vectors]:
    """What belongs to each item, one array an item: from the store, or computed and then stored; each item only once.

    Two processes that need the same items share the work: each takes groups of them in an order of its own, and leaves out
    what the other has stored meanwhile. Inside `forgotten()`, where something is being timed, everything is computed anew.

    Args:
        store: where results lie.
        items: what vectors are wanted of.
        key: the key of an item.
        size: how long an item is; items of like length are computed together.
        compute: one array an item, of a few hundred items.
        what: what the progress bar says.
    """
    from tqdm.auto import tqdm

    if items and not may_remember():
        return list(compute(list(items)))
    keys = [key(item) for item in items]
    known = store.get(keys)
    missing = {k: item for k, item in zip(keys, items, strict=True) if k not in known}
    order = sorted(missing, key=lambda k: -size(missing[k]))
    groups = [order[start : start + ITEMS_A_TRANSACTION] for start in range(0, len(order), ITEMS_A_TRANSACTION)]
    random.Random(os.getpid()).shuffle(groups)
    with tqdm(total=len(order), desc=what, delay=2, mininterval=0.5) as bar:
        for group in groups:
            known |= store.get(group)
            left = [k for k in group if k not in known]
            fresh = dict(zip(left, compute([missing[k] for k in left]), strict=True)) if left else {}
            store.put(fresh)
            known |= fresh
            bar.update(len(group))
    return [known[k] for k in keys]


def _open(file: Path) -> sqlite3.Connection:
    store = sqlite3.connect(file, timeout=WAIT_FOR_OTHERS_S)
    try:
        store.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB, crc INTEGER)")
    except BaseException:
        store.close()
        raise
    return store


def _read(store: sqlite3.Connection, keys: Sequence[bytes], dim: int, ragged: bool) -> Rows:
    found: Rows = {}
    row = (2 if ragged else 4) * dim
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        marks = ",".join("?" * len(part))
        for key, blob, crc in store.execute(f"SELECT key, vector, crc FROM vectors WHERE key IN ({marks})", part):
            # SQLite does not notice a changed byte inside a row.
            if (len(blob) % row if ragged else len(blob) != row) or zlib.crc32(blob) != crc:
                raise sqlite3.DatabaseError("a stored vector is damaged")
            found[key] = np.frombuffer(blob, "<f2").reshape(-1, dim) if ragged else np.frombuffer(blob, "<f4")
    return found


def _write(store: sqlite3.Connection, rows: Rows, ragged: bool) -> Rows:
    blobs = ((key, vector.astype("<f2" if ragged else "<f4").tobytes()) for key, vector in rows.items())
    store.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)", ((k, b, zlib.crc32(b)) for k, b in blobs))
    return {}
