"""Exercises of notebook 08: the bill in memory, what a first pass saves, how many machines, and a design under a budget."""

from labkit.lab.exercises.billion.bill import BILL
from labkit.lab.exercises.billion.design import DESIGN
from labkit.lab.exercises.billion.machines import MACHINES
from labkit.lab.exercises.billion.saved import SAVED

EXERCISES = (BILL, SAVED, MACHINES, DESIGN)
