"""The funnel exhibit: two sliders, and what they do to quality, bytes read and milliseconds."""

from collections.abc import Sequence

from labkit.checks import Vectors, as_vectors
from labkit.lab.exhibit import Exhibit, live, slider
from labkit.lab.style import GREY, PALETTE, new_figure
from labkit.measure.intervals import paired_difference
from labkit.measure.latency import human_bytes, latency
from labkit.measure.metrics import Relevance, evaluate
from labkit.search.flat import FlatIndex
from labkit.search.funnel import FunnelIndex


class FunnelLab:
    """A funnel that is measured anew for each setting, beside the full search.

    Quality comes from the collection; bytes and milliseconds come from `large`, where they are worth saving.

    Attributes:
        full_quality: nDCG@10 of the full search.
        dim: dimensions of the full vectors.
    """

    def __init__(self, documents: Vectors, queries: Vectors, relevance: Relevance, large: Vectors) -> None:
        """Search in full once, for quality on the collection and for time on the large set.

        Args:
            documents: `(n, d)` document vectors, the most important dimensions first.
            queries: `(nq, d)` query vectors.
            relevance: per query {document position: grade}.
            large: `(m, d)` vectors to time the search on.

        Raises:
            ValueError: if the three do not fit together, one is empty, or the full search finds nothing.
        """
        self.documents = as_vectors(documents, name="documents")
        self.dim = self.documents.shape[1]
        self.queries = as_vectors(queries, dim=self.dim, name="queries")
        self.large, self.relevance = as_vectors(large, dim=self.dim, name="large"), relevance
        if not len(self.large):
            raise ValueError("large is empty: without vectors there is nothing to time")
        self._full = evaluate(FlatIndex(self.documents).search(self.queries, 10), relevance, "nDCG@10")
        self.full_quality = float(self._full.mean())
        if self.full_quality == 0:
            raise ValueError("the full search has nDCG@10 = 0, so no share of it can be kept; are these the vectors?")
        self._asked = self.queries[:20]
        self._full_ms = latency(FlatIndex(self.large), self._asked, limit_s=1).median_ms  # type: ignore[arg-type]

    def measure(self, dims: int, shortlist: int) -> dict[str, float]:
        """Quality kept, bytes and milliseconds of one setting, each also as a share of the full search."""
        hits = FunnelIndex(self.documents, [(dims, shortlist)]).search(self.queries, 10)
        values = evaluate(hits, self.relevance, "nDCG@10")
        difference = paired_difference(values, self._full)
        large = FunnelIndex(self.large, [(dims, shortlist)])
        timed = latency(large, self._asked, repeats=3, limit_s=0.2)  # type: ignore[arg-type]
        return {
            "ndcg": float(values.mean()),
            "kept": float(values.mean()) / self.full_quality,
            "low": difference.low,
            "high": difference.high,
            "bytes": float(sum(large.bytes_touched)),
            "bytes_share": sum(large.bytes_touched) / self.large.nbytes,
            "ms": timed.median_ms,
            "ms_share": timed.median_ms / self._full_ms,
        }

    def draw(self, dims: int, shortlist: int) -> Exhibit:
        """Three bars: quality kept, bytes read, time, each as a share of the full search."""
        found = self.measure(dims, shortlist)
        names = ["nDCG@10 kept", "bytes read", "time a query"]
        shares = [found["kept"], found["bytes_share"], found["ms_share"]]
        notes = [
            f"{shares[0]:.1%}  ({found['ndcg']:.3f} of {self.full_quality:.3f})",
            f"{shares[1]:.1%}  ({human_bytes(found['bytes'])} of {human_bytes(self.large.nbytes)})",
            f"{shares[2]:.1%}  ({found['ms']:.2f} of {self._full_ms:.2f} ms)",
        ]
        n = len(self.documents)
        refined = f"the best {shortlist:,}" if shortlist < n else f"all {n:,} documents"
        figure = new_figure(
            f"{dims} dimensions first, then {refined} in full: "
            f"{shares[0]:.1%} of the quality for {shares[1]:.0%} of the bytes",
            x="share of the full search",
            height=300,
        )
        figure.add_bar(
            y=names,
            x=shares,
            orientation="h",
            text=notes,
            textposition="auto",
            hoverinfo="skip",
            marker={"color": [PALETTE[2], PALETTE[0], PALETTE[1]]},
            insidetextanchor="start",
        )
        figure.add_vline(x=1, line={"color": GREY, "dash": "dot"})
        figure.update_xaxes(tickformat=".0%", range=[0, max(1.1, *(1.05 * share for share in shares))])
        figure.update_yaxes(autorange="reversed")
        figure.update_layout(margin={"l": 120})
        summary = (
            f"nDCG@10 {found['ndcg']:.3f} against {self.full_quality:.3f} in full (difference {found['low']:+.4f} to "
            f"{found['high']:+.4f}, 95 % interval); times are medians over {len(self._asked)} queries among "
            f"{len(self.large):,} simulated vectors."
        )
        return Exhibit(figure, summary)


def funnel_explorer(
    lab: FunnelLab,
    *,
    dims: Sequence[int] = (8, 16, 32, 64, 128, 256),
    shortlists: Sequence[int] = (10, 20, 50, 100, 200, 500),
) -> object:
    """Two sliders over a `FunnelLab`: dimensions of the first pass, and length of the shortlist.

    Raises:
        ValueError: if no `dims` fit the vectors, or there is no shortlist of at least the ten hits that are judged.
    """
    dims = [dim for dim in dims if dim <= lab.dim]
    shortlists = [shortlist for shortlist in shortlists if shortlist >= 10]
    if not dims or not shortlists:
        raise ValueError(f"name some dims up to {lab.dim} and some shortlists of at least 10")
    controls = {
        "dims": slider(
            "First-pass dims", list(dims), 64 if 64 in dims else dims[0], "How many dimensions the first pass compares"
        ),
        "shortlist": slider(
            "Shortlist",
            list(shortlists),
            100 if 100 in shortlists else shortlists[0],
            "How many candidates the second pass compares in full",
        ),
    }
    return live(lab.draw, controls)
