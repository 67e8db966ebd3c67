"""An upload whose process is killed: what was acknowledged is there, and the rest can be found and sent again."""

import subprocess
import sys

import numpy as np
import pytest

from labkit.search import engine
from labkit.search.flat import FlatIndex

D = 16
SIZES = {"edge": (6000, 200), "local": (400, 20)}  # documents, and how many in a batch; local mode writes slowly

CHILD = """
import sys
import numpy as np
from labkit.search import engine

folder, edge, n, d, batch = sys.argv[1], sys.argv[2] == "edge", *map(int, sys.argv[3:])
vectors = np.random.default_rng(0).standard_normal((n, d)).astype(np.float32)
points = engine.connect(folder, edge=edge).create("a", engine.Shape(dims=d))
for start in range(0, n, batch):
    points.upload(vectors=vectors, only=np.arange(start, start + batch), progress=False)
    print(start + batch, flush=True)
"""


@pytest.mark.parametrize("kind", ["edge", "local"])
def test_what_was_acknowledged_survives_a_killed_process(tmp_path, kind):
    if kind == "edge":
        pytest.importorskip("qdrant_edge", reason='QDRANT EDGE WAS NOT TESTED: pip install "labkit[edge]"')
    n, batch = SIZES[kind]
    arguments = [sys.executable, "-c", CHILD, str(tmp_path), kind, *map(str, (n, D, batch))]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as child:
        acknowledged = int(child.stdout.readline())
        while acknowledged < 3 * batch:
            acknowledged = int(child.stdout.readline())
        child.kill()
        for line in child.stdout:  # said before the kill arrived
            acknowledged = int(line)
    assert acknowledged < n, "the child was not killed in the middle; give it more documents"
    vectors = np.random.default_rng(0).standard_normal((n, D)).astype(np.float32)
    with engine.connect(tmp_path, edge=kind == "edge") as place:
        points = place.open("a")
        missing = points.missing(n)
        assert missing.min() >= acknowledged, "an acknowledged document is gone"
        assert points.upload(vectors=vectors, only=missing) == len(missing)
        assert len(points) == n
        found = points.search(engine.Nearest(exact=True), k=5, vectors=vectors[:20] + 0.1)
        assert (found.ids == FlatIndex(vectors).search(vectors[:20] + 0.1, 5).ids).all()
