"""Exercises of notebook 07: an interval, the same queries for both, no leak, and a choice under a budget."""

from labkit.lab.exercises.choosing.budget import BUDGET
from labkit.lab.exercises.choosing.interval import INTERVAL
from labkit.lab.exercises.choosing.leak import LEAK
from labkit.lab.exercises.choosing.same_queries import SAME_QUERIES

EXERCISES = (INTERVAL, SAME_QUERIES, LEAK, BUDGET)
