"""Exercises of notebook 01: pooling, anisotropy, word pieces, and what a threshold costs."""

from labkit.lab.exercises.embeddings.pairs import PAIRS
from labkit.lab.exercises.embeddings.pieces import PIECES
from labkit.lab.exercises.embeddings.pool import POOL
from labkit.lab.exercises.embeddings.threshold import THRESHOLD

EXERCISES = (POOL, PAIRS, PIECES, THRESHOLD)
