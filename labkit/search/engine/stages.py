"""A pipeline as plain records: what to compare, among which documents, and how many to hand on.

    Nearest("vectors", among=Nearest("vectors64", limit=200))            a funnel
    Nearest("vectors", oversample=4)                                     quantized codes, rescored in full
    Fused((Nearest("vectors"), Nearest("sparse")))                       hybrid search by ranks
    Nearest("tokens", among=Fused((Nearest("vectors"), Nearest("sparse")), limit=50))      and MaxSim at the end

The last stage hands on the `k` of a search; every other one hands on its `limit`. The records say nothing about where
they run: `compile_pipeline` turns them into the engine's own query.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from labkit.checks import check_k
from labkit.search.fusion import RANK_CONSTANT


@dataclass(frozen=True)
class Nearest:
    """The documents nearest to the query in one field.

    Attributes:
        field: "vectors", "vectors64" (a prefix), "tokens" (MaxSim) or "sparse".
        limit: hits that it hands on if another stage follows.
        among: compare only what this stage hands on, in full precision; without it all documents.
        exact: compare all documents in full precision, without graph and codes.
        oversample: where the field is quantized, `limit * oversample` candidates found by their codes are scored in
            full; without it the codes' own order stands.
        ef: how wide the graph is searched; the engine's own choice without it.

    Raises:
        TypeError: if a limit is no whole number or `among` no stage.
        ValueError: if a setting is out of range or two of them contradict each other.

    Example:
        >>> Nearest("vectors", among=Nearest("vectors64", limit=200)).among.limit
        200
    """

    field: str = "vectors"
    limit: int = 100
    among: "Nearest | Fused | None" = None
    exact: bool = False
    oversample: float | None = None
    ef: int | None = None

    def __post_init__(self) -> None:
        """Refuse settings that say nothing or contradict each other."""
        check_k(self.limit)
        if self.among is not None and not isinstance(self.among, Nearest | Fused):
            raise TypeError(f"among should be a stage (Nearest or Fused), but is {self.among!r}")
        if isinstance(self.among, Fused) and self.among.weights is not None:
            raise ValueError(
                "a weighted fusion can only be the last stage: labkit fuses it when the engine has answered"
            )
        if self.oversample is not None and not (math.isfinite(self.oversample) and self.oversample >= 1):
            raise ValueError(f"oversample should be at least 1, but is {self.oversample}")
        if self.ef is not None:
            check_k(self.ef)
        loose = [name for name in ("oversample", "ef") if getattr(self, name) is not None]
        if loose and (self.among is not None or self.exact or self.field in ("tokens", "sparse")):
            raise ValueError(
                f"{loose[0]} tunes a first look at all vectors by graph or codes, which this stage has not"
            )


@dataclass(frozen=True)
class Fused:
    """Several stages' hits as one list, by reciprocal rank fusion.

    Without `weights` the engine fuses; documents that tie in one of the lists then have the rank that the engine chose.
    With weights (1 for each will do) the lists come back and `labkit.fuse` puts them together, ties by the smaller id:
    an engine's weighted formula need not be the textbook's.

    Attributes:
        stages: what to fuse; each one's `limit` is the depth of its list.
        limit: hits that it hands on if another stage follows.
        weights: one number a stage.
        rank_constant: the 60 of `1 / (60 + rank)`, ranks from 1.

    Raises:
        TypeError: if a stage is none.
        ValueError: if there are no stages or a setting is out of range.

    Example:
        >>> len(Fused((Nearest("vectors"), Nearest("sparse"))).stages)
        2
    """

    stages: "Sequence[Nearest | Fused]"
    limit: int = 100
    weights: Sequence[float] | None = None
    rank_constant: int = RANK_CONSTANT

    def __post_init__(self) -> None:
        """Refuse settings out of range."""
        check_k(self.limit)
        object.__setattr__(self, "stages", tuple(self.stages))
        if not self.stages:
            raise ValueError("there are no stages to fuse; pass at least one")
        for stage in self.stages:
            if not isinstance(stage, Nearest | Fused):
                raise TypeError(f"stages should be Nearest or Fused, but one is {stage!r}")
            if isinstance(stage, Fused) and stage.weights is not None:
                raise ValueError("a weighted fusion can only be the last stage")
        if isinstance(self.rank_constant, bool) or not isinstance(self.rank_constant, int) or self.rank_constant < 0:
            raise ValueError(f"rank_constant should be a whole number of at least 0, but is {self.rank_constant!r}")
        if self.weights is not None:
            object.__setattr__(self, "weights", tuple(float(weight) for weight in self.weights))
            good = all(math.isfinite(weight) and weight >= 0 for weight in self.weights)
            if len(self.weights) != len(self.stages) or not good:
                raise ValueError(f"weights should be {len(self.stages)} numbers of at least 0, but are {self.weights}")


Stage: TypeAlias = Nearest | Fused


def funnel(stages: Sequence[tuple[int, int]] = ((64, 100),), *, exact: bool = False) -> Nearest:
    """The pipeline of `labkit.FunnelIndex` with these stages (dimensions, shortlist); all dimensions come last.

    Args:
        stages: pairs in the order they run.
        exact: whether the first stage compares all documents; without it, it may use the engine's graph and codes.

    Raises:
        TypeError: if a stage is not two whole numbers.
        ValueError: if there is none.

    Example:
        >>> funnel([(64, 200)])
        Nearest(field='vectors', ..., among=Nearest(field='vectors64', limit=200, ...exact=False...)...)
    """
    from labkit.search.funnel import check_stages

    found: Nearest | None = None
    for dims, shortlist in check_stages(stages, dim=max(dims for dims, _ in stages) if stages else 1):
        found = Nearest(f"vectors{dims}", limit=shortlist, among=found, exact=exact and found is None)
    return Nearest("vectors", among=found)


def fields_of(stage: Stage) -> frozenset[str]:
    """The fields that a pipeline compares.

    Example:
        >>> sorted(fields_of(funnel([(64, 200)])))
        ['vectors', 'vectors64']
    """
    if isinstance(stage, Fused):
        return frozenset().union(*map(fields_of, stage.stages))
    return frozenset({stage.field}) | (fields_of(stage.among) if stage.among is not None else frozenset())


def most_hits(stage: Stage) -> int | None:
    """How many hits a pipeline can hand on at most; None if all documents."""
    if isinstance(stage, Fused):
        return sum(inner.limit for inner in stage.stages)
    return None if stage.among is None else stage.among.limit
