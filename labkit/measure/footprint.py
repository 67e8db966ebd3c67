"""How much memory a search really takes: asked of a process that does nothing else.

In a notebook the answer would drown in encoders and figures. So the search runs in a process of its own, which reports its
memory before the index is opened and at its peak. Pages of a memory-mapped file that were read count as its memory as
long as the system leaves them there; it takes them back without asking when somebody else needs them.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from labkit.checks import Vectors


@dataclass(frozen=True)
class Footprint:
    """Memory of a search process, in bytes.

    Attributes:
        before: with Python, NumPy and compiled kernels, before the index is opened.
        peak: the most at any time, pages of files included.
        own: at the end, without pages of files: codes, buffers, Python itself; None where the system does not tell.
        file_pages: at the end, pages of mapped files; None where the system does not tell.
        queries: how many were asked, one after the other.
        threads: used.
    """

    before: int
    peak: int
    own: int | None
    file_pages: int | None
    queries: int
    threads: int


def search_footprint(codes: Path, vectors: Path, queries: Vectors, candidates: int = 1000) -> Footprint:
    """Search with `labkit.search.chain` in a new process and report its memory.

    Args:
        codes: folder of a saved `BinaryIndex`.
        vectors: `.npy` file whose first rows belong to the codes.
        queries: `(nq, d)`.
        candidates: of the first pass.

    Raises:
        RuntimeError: if that process fails; its last words are in the message.
    """
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "queries.npy"
        np.save(asked, queries)
        command = [sys.executable, "-m", "labkit.measure.footprint", str(codes), str(vectors), str(asked)]
        root = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = {**os.environ, "PYTHONPATH": paths}
        done = subprocess.run(
            [*command, str(candidates)], capture_output=True, text=True, timeout=600, env=environment, check=False
        )
    if done.returncode:
        raise RuntimeError(f"the search process ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return Footprint(**json.loads(done.stdout.splitlines()[-1]))


def peak_memory() -> int:
    """The most memory this process has had at any time, in bytes."""
    import psutil

    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    # Linux hands the caller's peak on to a new process in `ru_maxrss`, but not in this file.
    own_peak = _status("VmHWM")
    if own_peak is not None:
        return own_peak
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(most if sys.platform == "darwin" else 1024 * most)


def _status(name: str) -> int | None:
    """A number of bytes from Linux's account of this process, None elsewhere."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
    except (OSError, StopIteration):
        return None


def _main(codes: str, vectors: str, queries: str, candidates: str) -> None:
    import psutil

    from labkit.search.chain import chain, load_chain, prefix_codes

    small = np.eye(16, dtype=np.float32)
    chain(prefix_codes(small, 8), small, 10).search(small[:1], 10)  # loads and compiles what the search needs
    before = psutil.Process().memory_info().rss
    asked = np.load(queries)
    index = load_chain(Path(codes), Path(vectors), int(candidates))
    for query in asked:
        index.search(query[None], 10)
    own, pages = _status("RssAnon"), _status("RssFile")
    found = Footprint(before, peak_memory(), own, pages, len(asked), getattr(index.first, "threads", 1))
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    _main(*sys.argv[1:])
