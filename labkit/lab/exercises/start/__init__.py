"""Exercises of notebook 00: what the two numbers measure."""

from labkit.lab.exercises.start.dcg import DCG
from labkit.lab.exercises.start.depth import DEPTH
from labkit.lab.exercises.start.ndcg import NDCG
from labkit.lab.exercises.start.recall import RECALL

EXERCISES = (RECALL, DCG, NDCG, DEPTH)
