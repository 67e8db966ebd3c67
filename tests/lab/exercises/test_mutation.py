"""The checks of the exercises catch slips: the whole measurement is `python tests/lab/exercises/mutation.py`."""

import importlib.util
from pathlib import Path

import pytest

SPEC = importlib.util.spec_from_file_location("exercise_mutation", Path(__file__).with_name("mutation.py"))
mutation = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(mutation)


def test_mutants_differ_from_the_source_in_one_place():
    made = list(mutation.mutants("def f(a, b):\n    return a + 2 if a > b else -a\n"))
    assert len(made) == len(set(made)) == 7
    assert "def f(a, b):\n    return a - 2 if a > b else -a" in made
    assert "def f(a, b):\n    return a + 3 if a > b else -a" in made
    assert "def f(a, b):\n    return a + 2 if a >= b else -a" in made
    assert "def f(a, b):\n    return a + 2 if a > b else +a" in made


@pytest.mark.parametrize("seed", [1, 2])
def test_at_least_85_in_100_are_caught(seed):
    total, survivors = mutation.measure(sample=80, seed=seed)
    assert total == 80
    assert 1 - len(survivors) / total >= 0.85, survivors
