"""Exercises of notebook 03: counting bits, rescoring with them, clipping, and a budget of bytes."""

from labkit.lab.exercises.quantization.clip import CLIP
from labkit.lab.exercises.quantization.hamming import HAMMING
from labkit.lab.exercises.quantization.memory import MEMORY
from labkit.lab.exercises.quantization.rescore import RESCORE

EXERCISES = (HAMMING, RESCORE, CLIP, MEMORY)
