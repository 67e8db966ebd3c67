"""For every exercise: the stub is "not yet", the solution passes, each wrong answer meets the message meant for it."""

import pytest

from labkit.lab.exercises import catalogue
from labkit.lab.exercises.check import NotPassedError, check

EXERCISES = catalogue.all_exercises()
WRONG = [
    pytest.param(exercise, wrong, id=f"{exercise.id}-{number}")
    for exercise in EXERCISES
    for number, wrong in enumerate(exercise.wrong_answers, 1)
]


@pytest.fixture(params=EXERCISES, ids=lambda exercise: exercise.id)
def exercise(request):
    return request.param


def test_the_stub_is_not_yet(exercise):
    verdict = check(exercise.id, exercise.make(exercise.stub))
    assert verdict.state == "not yet" and "Not yet" in repr(verdict)


def test_the_solution_passes(exercise):
    verdict = check(exercise.id, exercise.make(exercise.solution))
    assert verdict.state == "passed", repr(verdict)


@pytest.mark.parametrize(("exercise", "wrong"), WRONG)
def test_a_wrong_answer_meets_its_message(exercise, wrong):
    verdict = check(exercise.id, exercise.make(wrong.source))
    assert verdict.state == "wrong"
    assert wrong.meets in verdict.finding.mistake, repr(verdict)


def test_strict_mode_raises_for_the_stub_and_the_first_wrong_answer_only(exercise, monkeypatch):
    monkeypatch.setenv("LABKIT_STRICT", "1")
    assert check(exercise.id, exercise.make(exercise.solution)).state == "passed"
    for source in (exercise.stub, exercise.wrong_answers[0].source):
        with pytest.raises(NotPassedError):
            check(exercise.id, exercise.make(source))


JUNK = {
    "nothing": None,
    "a number": 3,
    "a text": "text",
    "an empty list": [],
    "a setting of nothing": {"dims": None},
    "a function of nothing": lambda: 1,
    "a function that fails": lambda *a: 1 / 0,
}


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_no_answer_makes_check_raise(exercise, junk):
    assert check(exercise.id, junk).state in ("wrong", "not yet")


def test_is_complete(exercise):
    assert len(exercise.hints) == 3 and len(exercise.wrong_answers) >= 2
    assert exercise.id.partition(".")[0] in catalogue.NOTEBOOKS
    assert 1 <= exercise.difficulty <= 3 and 5 <= exercise.minutes <= 30
    assert f"{exercise.defines} = " in exercise.stub or f"def {exercise.defines}(" in exercise.stub
    assert all(len(line) <= 120 for line in (exercise.stub + exercise.solution).splitlines())


def test_every_notebook_has_three_kinds():
    for notebook in catalogue.NOTEBOOKS:
        assert {exercise.kind for exercise in catalogue.exercises_of(notebook)} == {"write", "bug", "decide"}


def test_ids_are_unique():
    assert len({exercise.id for exercise in EXERCISES}) == len(EXERCISES)
