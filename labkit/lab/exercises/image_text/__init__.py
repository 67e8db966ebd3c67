"""Exercises of notebook 05: pooling places, pointing at one, labels without training, and asking for "no"."""

from labkit.lab.exercises.image_text.place import PLACE
from labkit.lab.exercises.image_text.soft_maximum import SOFT_MAXIMUM
from labkit.lab.exercises.image_text.without import WITHOUT
from labkit.lab.exercises.image_text.zero_shot import ZERO_SHOT

EXERCISES = (SOFT_MAXIMUM, PLACE, ZERO_SHOT, WITHOUT)
