import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from labkit.models.cache import CachedEncoder
from labkit.models.store import ITEMS_A_TRANSACTION

# The processes of the tests below share this encoder: slow on purpose, and any text's vector is known beforehand.
SLOW_ENCODER = """
import hashlib, sys, time
import numpy as np

class Slow:
    name, dim, max_tokens, fingerprint = "slow", 8, 99, "slow/v1"

    def encode_documents(self, texts):
        time.sleep(0.05)
        return np.stack([np.frombuffer(hashlib.sha256(t.encode()).digest(), np.uint8)[:8] for t in texts]).astype("f4")

    encode_queries = encode_documents
"""


def expected(text):
    return np.frombuffer(hashlib.sha256(text.encode()).digest(), np.uint8)[:8].astype(np.float32)


class Counting:
    """An encoder that remembers what it was asked."""

    def __init__(self, fingerprint="counting/v1"):
        self.name, self.dim, self.max_tokens, self.fingerprint = "counting", 8, 99, fingerprint
        self.asked = []

    def encode_documents(self, texts):
        self.asked += texts
        return np.stack([expected(text) for text in texts])

    def encode_queries(self, texts):
        return -self.encode_documents(texts)


def test_each_text_is_encoded_once_and_comes_back_in_place(tmp_path):
    inner = Counting()
    encoder = CachedEncoder(inner, tmp_path)
    texts = ["b", "a", "b", "", "naïve 🙂"]
    for _ in range(2):
        vectors = encoder.encode_documents(texts)
        np.testing.assert_array_equal(vectors, [expected(text) for text in texts])
        assert vectors.dtype == np.float32 and vectors.flags.writeable
    assert sorted(inner.asked) == sorted(set(texts))
    again = CachedEncoder(Counting(), tmp_path)
    np.testing.assert_array_equal(again.encode_documents(texts), vectors)
    assert again.encoder.asked == []
    assert again.encode_documents([]).shape == (0, 8)


def test_queries_documents_and_other_encoders_are_kept_apart(tmp_path):
    encoder = CachedEncoder(Counting(), tmp_path)
    np.testing.assert_array_equal(encoder.encode_documents(["a"]), -encoder.encode_queries(["a"]))
    other = CachedEncoder(Counting("counting/v2"), tmp_path)
    other.encode_documents(["a"])
    assert other.encoder.asked == ["a"]


def test_texts_only(tmp_path):
    with pytest.raises(TypeError, match="position 1"):
        CachedEncoder(Counting(), tmp_path).encode_documents(["a", 1])


def damage_header(file):
    file.write_bytes(b"this is not a database" + file.read_bytes()[22:])


def damage_a_vector(file):
    blob = expected("text 7").astype("<f4").tobytes()
    data = file.read_bytes()
    at = data.index(blob)
    file.write_bytes(data[: at + 2] + bytes([data[at + 2] ^ 4]) + data[at + 3 :])


def cut_off(file):
    file.write_bytes(file.read_bytes()[:-5000])


def empty(file):
    file.write_bytes(b"")


def other_table(file):
    with sqlite3.connect(file) as store:
        store.execute("CREATE TABLE vectors (key BLOB PRIMARY KEY, other TEXT)")


@pytest.mark.parametrize("damage", [damage_header, damage_a_vector, cut_off])
def test_a_damaged_file_is_set_aside_and_made_again(tmp_path, damage):
    encoder = CachedEncoder(Counting(), tmp_path)
    texts = [f"text {i}" for i in range(300)]
    encoder.encode_documents(texts)
    damage(encoder.file)
    with pytest.warns(UserWarning, match="the cache .* was broken"):
        vectors = encoder.encode_documents(texts)
    np.testing.assert_array_equal(vectors, [expected(text) for text in texts])
    assert len(list(tmp_path.glob("*.broken-*"))) == 1
    encoder.encoder.asked.clear()
    encoder.encode_documents(texts)
    assert encoder.encoder.asked == []


def test_an_emptied_file_is_just_filled_again(tmp_path):
    encoder = CachedEncoder(Counting(), tmp_path)
    encoder.encode_documents(["a"])
    empty(encoder.file)
    np.testing.assert_array_equal(encoder.encode_documents(["a"])[0], expected("a"))


def test_a_file_that_cannot_be_used_is_gone_without(tmp_path):
    encoder = CachedEncoder(Counting(), tmp_path)
    other_table(encoder.file)
    with pytest.warns(UserWarning, match="working without the cache"):
        np.testing.assert_array_equal(encoder.encode_documents(["a"])[0], expected("a"))


def start(tmp_path, code):
    script = SLOW_ENCODER + textwrap.dedent(code)
    return subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)


ENCODE_ALL = """
from pathlib import Path
from labkit.models.cache import CachedEncoder
texts = [f"text {i}" for i in range(3000)]
vectors = CachedEncoder(Slow(), Path(sys.argv[1])).encode_documents(texts)
print(hashlib.sha256(vectors.tobytes()).hexdigest())
"""


def test_two_processes_at_once(tmp_path):
    both = [start(tmp_path, ENCODE_ALL) for _ in range(2)]
    printed = [process.communicate(timeout=60)[0].strip() for process in both]
    wanted = hashlib.sha256(np.stack([expected(f"text {i}") for i in range(3000)]).tobytes()).hexdigest()
    assert printed == [wanted, wanted]
    with sqlite3.connect(next(tmp_path.glob("*.sqlite"))) as store:
        assert store.execute("SELECT count(*) FROM vectors").fetchone() == (3000,)
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_run_is_resumed(tmp_path):
    count = 40 * ITEMS_A_TRANSACTION  # only whole transactions, since they come in any order
    process = start(tmp_path, ENCODE_ALL.replace("range(3000)", f"range({count})"))

    def stored():
        try:
            with sqlite3.connect(next(tmp_path.glob("*.sqlite"), tmp_path / "none")) as store:
                return store.execute("SELECT count(*) FROM vectors").fetchone()[0]
        except sqlite3.OperationalError:
            return 0

    deadline = time.monotonic() + 60
    while stored() < 2 * ITEMS_A_TRANSACTION and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    kept = stored()
    assert kept >= 2 * ITEMS_A_TRANSACTION and kept % ITEMS_A_TRANSACTION == 0
    inner = Counting("slow/v1")
    inner.name = "slow"
    texts = [f"text {i}" for i in range(count)]
    vectors = CachedEncoder(inner, tmp_path).encode_documents(texts)
    assert len(inner.asked) == len(texts) - kept
    np.testing.assert_array_equal(vectors[::997], [expected(text) for text in texts[::997]])
