"""The quantization exhibits: what each number of bits keeps, with and without rescoring."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors
from labkit.compress.binary import BinaryQuantizer
from labkit.compress.matryoshka import truncate
from labkit.lab.exhibit import Exhibit, live, slider
from labkit.lab.style import GREY, PALETTE, new_figure
from labkit.measure.intervals import paired_difference
from labkit.measure.latency import human_bytes
from labkit.measure.metrics import Relevance, evaluate
from labkit.measure.neighbours import recall_of_exact
from labkit.measure.table import Table
from labkit.search.binary import BinaryIndex
from labkit.search.flat import FlatIndex
from labkit.search.int4 import Int4Index
from labkit.search.int8 import Int8Index
from labkit.search.rescore import RescoredIndex
from labkit.search.retriever import VectorIndex


def quantized_indexes(vectors: ArrayLike, *, oversample: float = 4) -> dict[str, VectorIndex]:
    """One index a method over the same vectors: float32, int8, int4, binary, and binary rescored in three ways.

    Args:
        vectors: `(n, d)` document vectors.
        oversample: size of the shortlists in multiples of k.
    """
    array = as_vectors(vectors)
    binary, int8 = BinaryIndex(array), Int8Index(array)
    return {
        "float32": FlatIndex(array),
        "int8": int8,
        "int4": Int4Index(array),
        "binary": binary,
        "binary, float query": RescoredIndex(binary, binary, oversample=oversample),
        "binary, then int8": RescoredIndex(binary, int8, oversample=oversample),
        "binary, then float32": RescoredIndex(binary, array, oversample=oversample),
    }


def retention_table(
    representations: Mapping[str, tuple[ArrayLike, ArrayLike]],
    relevance: Relevance,
    *,
    metric: str = "nDCG@10",
    oversample: float = 4,
) -> Table:
    """A row a method, a column a representation: quality, and what is lost against float32 with its 95 % interval.

    Args:
        representations: name -> (documents, queries).
        relevance: per query {document position: grade}.
        metric: what is measured.
        oversample: size of the rescoring shortlists in multiples of k.
    """
    cells: dict[str, list[str]] = {}
    for documents, queries in representations.values():
        full = None
        for method, index in quantized_indexes(documents, oversample=oversample).items():
            values = evaluate(index.search(as_vectors(queries), 10), relevance, metric)
            full = values if full is None else full
            if values is full:
                text = f"{values.mean():.3f}"
            else:
                d = paired_difference(values, full)
                text = f"{values.mean():.3f} ({d.low:+.3f} to {d.high:+.3f})"
            cells.setdefault(method, []).append(text)
    caption = (
        f"{metric}; in brackets the difference from float32 in the same column, 95 % interval over {len(relevance):,} "
        f"queries. Shortlists of {oversample:g} x 10."
    )
    return Table(("method", *representations), tuple((name, *row) for name, row in cells.items()), caption)


def oversample_explorer(documents: ArrayLike, queries: ArrayLike, relevance: Relevance) -> object:
    """Two sliders: how long the binary shortlist is, and what puts it in order."""
    array, asked = as_vectors(documents), as_vectors(queries)
    full = evaluate(FlatIndex(array).search(asked, 10), relevance, "nDCG@10")
    binary = BinaryIndex(array)
    finer: dict[str, BinaryIndex | Int8Index | Vectors] = {
        "float query on the bits": binary,
        "int8": Int8Index(array),
        "float32": array,
    }

    def draw(oversample: int, by: str) -> Exhibit:
        index = RescoredIndex(binary, finer[by], oversample=oversample)
        values = evaluate(index.search(asked, 10), relevance, "nDCG@10")
        kept, d = values.mean() / full.mean(), paired_difference(values, full)
        extra = 0 if by == "float query on the bits" else (1 if by == "int8" else 4) * array.shape[1]
        names = ["nDCG@10 kept", "first pass, bytes a document", "read again, share of documents"]
        shares = [kept, binary.bytes_per_item / (4 * array.shape[1]), index.shortlist(10) / len(array)]
        notes = [
            f"{kept:.1%}  ({values.mean():.3f} of {full.mean():.3f})",
            f"{shares[1]:.1%}  ({binary.bytes_per_item:.0f} of {4 * array.shape[1]} bytes)",
            f"{shares[2]:.1%}  ({index.shortlist(10)} documents of {extra:,} bytes)",
        ]
        figure = new_figure(
            f"Binary, the best {index.shortlist(10):,} scored by {by}: {kept:.1%} of float32's nDCG@10",
            x="share of the float32 search",
            height=300,
        )
        figure.add_bar(
            y=names, x=shares, orientation="h", text=notes, textposition="auto", hoverinfo="skip",
            marker={"color": [PALETTE[2], PALETTE[0], PALETTE[1]]}, insidetextanchor="start",
        )  # fmt: skip
        figure.add_vline(x=1, line={"color": GREY, "dash": "dot"})
        figure.update_xaxes(tickformat=".0%", range=[0, 1.1])
        figure.update_yaxes(autorange="reversed")
        figure.update_layout(margin={"l": 220})
        return Exhibit(
            figure, f"Difference from float32: {d.mean:+.4f} ({d.low:+.4f} to {d.high:+.4f}, 95 % interval)."
        )

    controls = {
        "oversample": slider("Oversample", [1, 2, 4, 8, 16, 32], 4, "Length of the shortlist in multiples of 10 hits"),
        "by": slider("Scored by", list(finer), "float32", "What puts the shortlist in order"),
    }
    return live(draw, controls)


def dims_times_bits(
    documents: ArrayLike, queries: ArrayLike, *, dims: Sequence[int] = (32, 64, 128, 192, 256, 384), k: int = 10
) -> list[tuple[str, float, float]]:
    """Every number of dimensions with every number of bits: (name, bytes a document, recall of the exact search's hits).

    Args:
        documents: `(n, d)` document vectors, the most important dimensions first.
        queries: `(nq, d)` query vectors.
        dims: numbers of dimensions kept.
        k: hits of the exact search in full float32 that should be found again among as many.
    """
    array, asked = as_vectors(documents), as_vectors(queries)
    exact = FlatIndex(array).search(asked, k)
    points = []
    for dim in dims:
        short, short_queries = truncate(array, dim), truncate(asked, dim)
        indexes: dict[int, VectorIndex] = {
            32: FlatIndex(short),
            8: Int8Index(short),
            4: Int4Index(short),
            1: BinaryIndex(short),
        }
        for bits, index in indexes.items():
            recall = float(recall_of_exact(index.search(short_queries, k), exact).mean())
            points.append((f"{dim} x {bits} bit", dim * bits / 8, recall))
    return points


def binary_ready(documents: ArrayLike, queries: ArrayLike, *, k: int = 10) -> Table:
    """Is an encoder fit for binary codes? Checks that need no judgements, only vectors of your own texts.

    Args:
        documents: `(n, d)`, a thousand or more.
        queries: `(nq, d)`, a few dozen or more.
        k: hits that should survive.
    """
    array, asked = as_vectors(documents), as_vectors(queries)
    ones = np.mean(array > 0, axis=0)
    lopsided = int(np.sum((ones < 0.1) | (ones > 0.9)))
    exact = FlatIndex(array).search(asked, k)
    rows = [
        ("dimensions", f"{array.shape[1]}"),
        ("bits that are the same in 90 % of the documents", f"{lopsided}"),
        ("rank agreement of Hamming and cosine", f"{_agreement(array, asked):.3f}"),
    ]
    binary = BinaryIndex(array)
    for oversample in (1, 4, 10):
        shortlist = binary.search(asked, min(len(array), k * oversample))
        rows.append((f"best {k} found among {k * oversample}", f"{recall_of_exact(shortlist, exact).mean():.1%}"))
    centred = BinaryIndex(array, BinaryQuantizer.fit(array, thresholds="median"))
    shortlist = centred.search(asked, min(len(array), k * 4))
    rows.append((f"best {k} among {k * 4} with median thresholds", f"{recall_of_exact(shortlist, exact).mean():.1%}"))
    rows.append(("a document", f"{human_bytes(4 * array.shape[1])} -> {human_bytes(binary.bytes_per_item)}"))
    return Table(("check", "measured"), tuple(rows), f"{len(array):,} documents, {len(asked):,} queries.")


def _agreement(documents: Vectors, queries: Vectors) -> float:
    """Spearman's correlation of cosine and bit agreement over each query's 1,000 best documents, averaged."""
    from scipy.stats import spearmanr

    quantizer = BinaryQuantizer.fit(documents)
    codes, asked = quantizer.decode(quantizer.encode(documents)), quantizer.decode(quantizer.encode(queries))
    values: list[float] = []
    for query, bits in zip(queries[:50], asked[:50], strict=True):
        cosines: NDArray[np.float32] = documents @ query
        near = np.argsort(-cosines, kind="stable")[:1000]
        values.append(float(spearmanr(cosines[near], codes[near] @ bits).statistic))
    return float(np.mean(values))
