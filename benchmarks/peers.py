"""What every benchmark here needs: fair timing, the same answers, the machine, a table.

Times are medians of interleaved blocks: each round gives every contender a turn, so that a slow minute of the machine
hits all of them. Ratios are taken within one run. Before anything is timed, its answer is compared with ours.
"""

import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Job = Callable[[], object]
Times = dict[str, tuple[float, float]]  # median and shortest, seconds
_PAUSE = 0.05  # seconds in which the thread pool of the one before goes to sleep


def set_threads(threads: int) -> None:
    """Give NumPy's BLAS, faiss and torch the same number of threads."""
    import faiss
    import threadpoolctl
    import torch

    torch.set_num_threads(threads)
    threadpoolctl.threadpool_limits(threads)
    faiss.omp_set_num_threads(threads)


_FAISS = ("distance_compute_blas_threshold", "distance_compute_blas_database_bs")
_faiss_defaults: dict[str, int] = {}


def tuned_faiss() -> None:
    """Tell faiss what its users seldom do: multiply batches by BLAS, in larger blocks. Many times faster for a batch."""
    _set_faiss(dict(zip(_FAISS, (1, 4096), strict=True)))


def default_faiss() -> None:
    """Faiss as it comes: by default it never uses BLAS (1.15)."""
    _set_faiss(_faiss_defaults)


def _set_faiss(values: Mapping[str, int]) -> None:
    import faiss

    for name, value in values.items():
        setattr(faiss.cvar, name, value)


def import_faiss() -> None:
    """Import faiss so that its own OpenBLAS uses AVX-512 where there is AVX-512; NumPy's is loaded already and unmoved."""
    np.ones((2, 2)) @ np.ones((2, 2))
    features = _cpu_flags()
    if "avx512f" in features:
        os.environ["OPENBLAS_CORETYPE"] = "SkylakeX"
    import faiss

    os.environ.pop("OPENBLAS_CORETYPE", None)
    _faiss_defaults.update({name: getattr(faiss.cvar, name) for name in _FAISS})


def blocks(jobs: Mapping[str, Job], *, rounds: int = 7, seconds: float = 0.25, slow: float = 1.5) -> Times:
    """The median and the shortest time in seconds of each job.

    Args:
        jobs: by name.
        rounds: turns that each job gets.
        seconds: how long a turn lasts, at least one call.
        slow: a job whose first call takes longer gets three turns only; if four times as long, that first call is its time.
    """
    times: dict[str, list[float]] = {name: [] for name in jobs}
    first = {name: _once(job) for name, job in jobs.items()}
    for turn in range(rounds):
        for name, job in jobs.items():
            if first[name] > slow * (4 if turn < 3 else 1):
                continue
            time.sleep(_PAUSE)
            warm = _once(job) if first[name] <= slow else first[name]
            calls = int(min(200, max(1, seconds / max(warm, 1e-7))))
            times[name] += [_once(job) for _ in range(calls)]
    taken = {name: ts or [first[name]] for name, ts in times.items()}
    return {name: (float(np.median(ts)), min(ts)) for name, ts in taken.items()}


def _once(job: Job) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def machine() -> str:
    """One line about the machine: processor, cores, vector instructions, versions."""
    import faiss
    import torch

    flags = _cpu_flags()
    have = [name for name in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "asimd") if name in flags]
    model = _cpu_info("model name") or platform.processor() or platform.machine()
    family = f"family {_cpu_info('cpu family')} model {_cpu_info('model')}"
    return (
        f"{model} ({family}), {os.cpu_count()} CPUs, {' '.join(have)}; Python {platform.python_version()}, "
        f"numpy {np.__version__}, faiss {faiss.__version__}, torch {torch.__version__}; "
        f"load {os.getloadavg()[0] if hasattr(os, 'getloadavg') else float('nan'):.1f}"
    )


def _cpu_flags() -> set[str]:
    return set((_cpu_info("flags") or _cpu_info("Features") or "").split())


def _cpu_info(key: str) -> str:
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name.strip() == key:
                    return value.strip()
    except OSError:
        pass
    return ""


def stream_sum(array: np.ndarray, threads: int) -> Job:
    """A job that reads the whole array once and adds it up: what a scan limited by memory cannot beat."""
    from numba import njit

    from labkit.kernels.threads import run, split

    @njit(fastmath=True, nogil=True)
    def add(numbers: np.ndarray) -> float:
        total = np.float32(0)
        for i in range(len(numbers)):
            total += numbers[i]
        return total

    flat = array.reshape(-1)
    add(flat[:8])
    ranges = split(len(flat), flat.itemsize, threads)
    return lambda: run(lambda part, start, stop: add(flat[start:stop]), ranges)


def same(name: str, ids: np.ndarray, scores: np.ndarray, our_ids: np.ndarray, our_scores: np.ndarray) -> None:
    """Stop if a peer's answer is not ours: scores within 1e-5, and ids equal but for near-ties.

    Raises:
        SystemExit: if they differ.
    """
    off = float(np.abs(np.sort(scores, axis=1)[:, ::-1] - our_scores).max())
    equal = np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(ids.tolist(), our_ids.tolist(), strict=True)])
    if off > 1e-5 or equal < 0.999:
        raise SystemExit(f"{name} answers otherwise: scores differ by {off:.2g}, {equal:.1%} of the ids are the same")


@dataclass(frozen=True)
class Target:
    """A ratio that ours should reach.

    Attributes:
        against: name of the job it is compared with.
        ratio: its time divided by ours should be at least this.
    """

    against: str
    ratio: float


def report(title: str, times: Times, ours: str, targets: list[Target], per: int = 1) -> None:
    """Print each contender's time (divided by `per`), its ratio to ours, and whether the target is met.

    Targets are judged by medians. The ratio of the shortest times is printed too: where the machine was busy with
    something else, the two differ, and the second is the better guess.
    """
    print(f"\n{title}")
    print(f"  {'':<34}{'median ms':>11}{'ratio':>8}{'best ms':>11}{'ratio':>8}")
    wanted = {target.against: target.ratio for target in targets}
    our_median, our_best = times[ours]
    for name, (median, best) in sorted(times.items(), key=lambda item: item[1]):
        ratio = median / our_median
        verdict = (
            f"  target {wanted[name]:.2f}: {'met' if ratio >= wanted[name] else 'MISSED'}" if name in wanted else ""
        )
        figures = f"{median / per * 1e3:>11.3f}{ratio:>8.2f}{best / per * 1e3:>11.3f}{best / our_best:>8.2f}"
        print(f"  {name:<34}{figures}{verdict}", flush=True)
