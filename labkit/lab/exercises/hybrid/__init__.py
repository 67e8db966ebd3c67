"""Exercises of notebook 06: reciprocal ranks, scales, one term of BM25, and a fusion that holds on other queries."""

from labkit.lab.exercises.hybrid.fusion import FUSION
from labkit.lab.exercises.hybrid.rrf import RRF
from labkit.lab.exercises.hybrid.scales import SCALES
from labkit.lab.exercises.hybrid.term import TERM

EXERCISES = (RRF, SCALES, TERM, FUSION)
