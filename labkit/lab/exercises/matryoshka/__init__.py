"""Exercises of notebook 02: cutting vectors, comparing them, the funnel, and its budget."""

from labkit.lab.exercises.matryoshka.budget import BUDGET
from labkit.lab.exercises.matryoshka.documents import DOCUMENTS
from labkit.lab.exercises.matryoshka.funnel import FUNNEL
from labkit.lab.exercises.matryoshka.truncate import TRUNCATE

EXERCISES = (TRUNCATE, DOCUMENTS, FUNNEL, BUDGET)
