"""Exercises of notebook 04: MaxSim, padding, residuals, and a budget of bytes."""

from labkit.lab.exercises.late_interaction.budget import BUDGET
from labkit.lab.exercises.late_interaction.decode import DECODE
from labkit.lab.exercises.late_interaction.maxsim import MAXSIM
from labkit.lab.exercises.late_interaction.padding import PADDING

EXERCISES = (MAXSIM, PADDING, DECODE, BUDGET)
