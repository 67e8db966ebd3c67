"""A check of a setting that the reader chooses, such as `{"dims": 64, "shortlist": 100}`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.lab.exercises.calls import display
from labkit.lab.exercises.exercise import Finding, UnsolvedError


def setting(
    name: str, allowed: dict[str, Any], judge: Callable[..., Finding | None]
) -> Callable[[Any], Finding | None]:
    """A check of a setting such as `{"dims": 64, "shortlist": 100}`: its keys and values first, then `judge(**setting)`.

    Args:
        name: what the reader's setting is called.
        allowed: key -> values that make sense: a range (any whole number in it), or a tuple of choices, or a pair of floats.
        judge: runs the setting; returns None or what is wrong.
    """

    def check(answer: Any) -> Finding | None:  # noqa: ANN401
        if answer is None or (isinstance(answer, dict) and any(value is ... for value in answer.values())):
            raise UnsolvedError
        wanted = "{" + ", ".join(f'"{key}": {_told(values)}' for key, values in allowed.items()) + "}"
        if not isinstance(answer, dict) or set(answer) != set(allowed):
            return Finding(name, display(answer), wanted, f"`{name}` should be a dictionary with these keys.")
        for key, values in allowed.items():
            if not _fits(answer[key], values):
                said = f"`{key}` cannot be {display(answer[key])}."
                return Finding(name, display(answer), wanted, said)
        return judge(**answer)

    return check


def _fits(value: Any, values: Any) -> bool:  # noqa: ANN401
    if isinstance(values, range):
        return isinstance(value, int | np.integer) and not isinstance(value, bool) and int(value) in values
    if isinstance(values[0], float):
        return isinstance(value, int | float | np.floating) and values[0] <= value <= values[1]
    return value in values


def _told(values: Any) -> str:  # noqa: ANN401
    if isinstance(values, range):
        return f"a whole number from {values[0]} to {values[-1]}"
    if isinstance(values[0], float):
        return f"a number from {values[0]:g} to {values[1]:g}"
    return " or ".join(repr(value) for value in values)
