"""All exercises and questions, found by id. A notebook's module is imported when one of its exercises is asked for."""

import difflib
import importlib
from typing import TYPE_CHECKING

from labkit.lab.exercises.exercise import Exercise

if TYPE_CHECKING:
    from labkit.lab.exercises.interview import Question

# Module, which is also the part of an id before the dot -> notebook.
NOTEBOOKS = {
    "start": "00_start_here",
    "embeddings": "01_embeddings",
    "matryoshka": "02_matryoshka",
    "quantization": "03_quantization",
    "late_interaction": "04_late_interaction",
    "image_text": "05_image_text",
    "hybrid": "06_hybrid_search",
    "choosing": "07_choosing_a_model",
    "billion": "08_billion_vectors",
}


def exercises_of(notebook: str) -> tuple[Exercise, ...]:
    """The exercises of a notebook, by its module's name, in reading order."""
    found: tuple[Exercise, ...] = importlib.import_module(f"labkit.lab.exercises.{notebook}").EXERCISES
    return found


def questions_of(notebook: str) -> "tuple[Question, ...]":
    """The interview questions of a notebook, by its module's name, in reading order."""
    found: tuple[Question, ...] = importlib.import_module(f"labkit.lab.exercises.questions.{notebook}").QUESTIONS
    return found


def all_exercises() -> tuple[Exercise, ...]:
    """Every exercise of the course."""
    return tuple(exercise for notebook in NOTEBOOKS for exercise in exercises_of(notebook))


def all_questions() -> "tuple[Question, ...]":
    """Every interview question of the course."""
    return tuple(question for notebook in NOTEBOOKS for question in questions_of(notebook))


def find_exercise(id: str) -> Exercise:
    """The exercise of this id.

    Raises:
        ValueError: if there is none; it names the nearest ids.

    Example:
        >>> find_exercise("matryoshka.truncate").minutes
        10
    """
    part = str(id).partition(".")[0]
    known = exercises_of(part) if part in NOTEBOOKS else all_exercises()
    for exercise in known:
        if exercise.id == id:
            return exercise
    raise ValueError(_unknown("exercise", id, [exercise.id for exercise in known]))


def find_question(id: str) -> "Question":
    """The interview question of this id.

    Raises:
        ValueError: if there is none; it names the nearest ids.
    """
    part = str(id).partition(".")[0]
    known = questions_of(part) if part in NOTEBOOKS else all_questions()
    for question in known:
        if question.id == id:
            return question
    raise ValueError(_unknown("interview question", id, [question.id for question in known]))


def _unknown(what: str, id: str, known: list[str]) -> str:
    near = difflib.get_close_matches(str(id), known, n=3, cutoff=0.4) or known
    return f"there is no {what} {id!r}; did you mean {', '.join(near)}?"
