"""The other ways of computing MaxSim that `maxsim.py` times. Each gives the scores of all documents, `(n,)`."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np

from labkit import TokenVectors

Answer = Callable[[], np.ndarray]


def maxsim_peers(documents: TokenVectors, query: np.ndarray) -> dict[str, Answer]:
    """All that are installed, by name."""
    return {
        **_numpy_and_torch(documents, query),
        **_sentence_transformers(documents, query),
        **_colbert(documents, query),
        **_maxsim_cpu(documents, query),
        **_pylate(documents, query),
        **_numkong(documents, query),
    }


def _numpy_and_torch(documents: TokenVectors, query: np.ndarray) -> dict[str, Answer]:
    import torch

    tokens, starts = documents.vectors, documents.offsets[:-1]
    held, asked = [torch.from_numpy(document) for document in documents], torch.from_numpy(query)
    return {
        "NumPy GEMM + reduceat": lambda: np.maximum.reduceat(tokens @ query.T, starts).sum(axis=1),
        "torch, a loop over documents": lambda: np.array([float((d @ asked.T).amax(0).sum()) for d in held]),
    }


def _sentence_transformers(documents: TokenVectors, query: np.ndarray) -> dict[str, Answer]:
    import torch
    from sentence_transformers.util import maxsim

    held, asked = [torch.from_numpy(document) for document in documents], [torch.from_numpy(query)]
    return {"sentence-transformers maxsim": lambda: maxsim(asked, held)[0].numpy()}


def _colbert(documents: TokenVectors, query: np.ndarray) -> dict[str, Answer]:
    """colbert-ai's own C++ for the CPU, compiled as it does; the package itself wants older companions."""
    spec = importlib.util.find_spec("colbert")
    if spec is None or not spec.submodule_search_locations:
        return {}
    import torch
    from torch.utils.cpp_extension import load

    source = Path(spec.submodule_search_locations[0]) / "modeling" / "segmented_maxsim.cpp"
    built = load(name="segmented_maxsim_cpp", sources=[str(source)], extra_cflags=["-O3"])
    tokens, lengths = torch.from_numpy(documents.vectors), torch.from_numpy(documents.lengths)
    asked = torch.from_numpy(query)
    return {"colbert-ai packed C++": lambda: built.segmented_maxsim_cpp(tokens @ asked.T, lengths).numpy()}


def _maxsim_cpu(documents: TokenVectors, query: np.ndarray) -> dict[str, Answer]:
    if importlib.util.find_spec("maxsim_cpu") is None:
        return {}
    import maxsim_cpu

    held = list(documents)
    return {"maxsim-cpu": lambda: np.asarray(maxsim_cpu.maxsim_scores_variable(query, held))}


def _pylate(documents: TokenVectors, query: np.ndarray) -> dict[str, Answer]:
    """PyLate's scores of documents padded beforehand, with its mask; and its re-ranking, which pads by itself."""
    if importlib.util.find_spec("pylate") is None:
        return {}
    import torch
    from pylate.rank import rerank
    from pylate.scores import colbert_scores

    held = [torch.from_numpy(document) for document in documents]
    padded = torch.nn.utils.rnn.pad_sequence(held, batch_first=True)
    mask = (torch.arange(padded.shape[1])[None] < torch.from_numpy(documents.lengths)[:, None]).float()
    asked, ids = torch.from_numpy(query), [list(range(len(documents)))]

    def reranked() -> np.ndarray:
        scores = np.empty(len(documents))
        for hit in rerank(ids, [asked], [held])[0]:
            scores[hit["id"]] = hit["score"]
        return scores

    def scored() -> np.ndarray:
        return colbert_scores(asked[None], padded, documents_mask=mask)[0].numpy()

    return {"PyLate scores, padded": scored, "PyLate rerank": reranked}


def _numkong(documents: TokenVectors, query: np.ndarray) -> dict[str, Answer]:
    """Numkong finds the best token by a coarse product and gives angular distances: approximate, one thread."""
    if importlib.util.find_spec("numkong") is None:
        return {}
    import numkong

    held = [numkong.maxsim_pack(document, dtype="f32") for document in documents]

    def answer() -> np.ndarray:
        asked = numkong.maxsim_pack(query, dtype="f32")
        return len(query) - np.array([numkong.maxsim_packed(asked, document) for document in held])

    return {"numkong (approximate, T=1)": answer}
