"""Hints and solutions, revealed step by step: each call shows one more."""

from labkit.lab.exercises import store
from labkit.lab.exercises.catalogue import find_exercise
from labkit.lab.exercises.show import Note


def hint(id: str) -> Note:
    """The next hint of an exercise, below those seen before; run the cell again for one more.

    Raises:
        ValueError: if there is no such exercise.
    """
    exercise = find_exercise(id)
    shown = min(_count(id, "hints") + 1, len(exercise.hints))
    _save(id, hints=shown)
    lines = tuple((f"Hint {n} of {len(exercise.hints)}", text) for n, text in enumerate(exercise.hints[:shown], 1))
    more = "Run this cell again for the next one." if shown < len(exercise.hints) else f'Then: `lk.solution("{id}")`'
    return Note(f"{id} · {exercise.title}", (*lines, ("", more)))


def solution(id: str) -> Note:
    """The solution of an exercise: the way first, its code when the cell is run again (at once if you have passed).

    Raises:
        ValueError: if there is no such exercise.
    """
    exercise = find_exercise(id)
    step = min(_count(id, "solution") + 1, 2)
    if store.read(id).get("state") == "passed":
        step = 2
    _save(id, solution=step)
    heading = f"{id} · {exercise.title}"
    if step == 1:
        lines = tuple((f"Step {n}", text) for n, text in enumerate(exercise.hints, 1))
        return Note(f"{heading}: the way", (*lines, ("", "Try it once more. For the code, run this cell again.")))
    return Note(f"{heading}: the code", (("", exercise.why),), code=exercise.solution)


def _count(id: str, name: str) -> int:
    value = store.read(id).get(name, 0)
    return value if isinstance(value, int) else 0


def _save(id: str, **changes: int) -> None:
    try:
        store.write(id, **changes)
    except OSError:
        pass  # the store remembers it all the same
