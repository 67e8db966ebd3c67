"""A check that calls the reader's function and compares what comes back."""

import copy
import traceback
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from labkit.lab.exercises.exercise import Finding, UnsolvedError


@dataclass(frozen=True)
class Try:
    """One call of the reader's function.

    Attributes:
        name: the function's name, for showing the call.
        arguments: what it is called with; a copy is handed over each time.
        wanted: what should come back.
        mistakes: pairs (what a common mistake gives, what to say); an exception type stands for raising it.
        otherwise: what to say if nothing matches.
        shown: the call as it is shown; without it, made from the arguments.
    """

    name: str
    arguments: tuple[Any, ...]
    wanted: Any
    mistakes: tuple[tuple[Any, str], ...] = ()
    otherwise: str = "The result differs from what was wanted; work this small case out on paper and compare."
    shown: str = ""

    def __call__(self, answer: Any) -> Finding | None:  # noqa: ANN401
        """None if the call gives what is wanted, else what is wrong.

        Raises:
            UnsolvedError: if the function still returns `...` or raises NotImplementedError.
        """
        given = self.shown or f"{self.name}({', '.join(display(argument) for argument in self.arguments)})"
        wanted = display(self.wanted)
        if not callable(answer):
            said = f"Pass the function itself, `{self.name}`, without brackets behind it."
            return Finding(given, f"{display(answer)}, which is no function", wanted, said)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                got = answer(*copy.deepcopy(self.arguments))
        except NotImplementedError:
            raise UnsolvedError from None
        except Exception as error:
            said = next((text for wrong, text in self.mistakes if _is_raised(error, wrong)), "")
            return Finding(given, _told(error, answer), wanted, said or "Your function stopped with this error.")
        if got is ... or got is NotImplemented:
            raise UnsolvedError
        if same(got, self.wanted):
            return None
        said = next((text for wrong, text in self.mistakes if same(got, wrong)), self.otherwise)
        if got is None:
            said = "Your function returns nothing: is there a `return` at its end?"
        return Finding(given, display(got), wanted, said)


def same(got: Any, wanted: Any) -> bool:  # noqa: ANN401
    """Whether two results are the same: equal shapes, and numbers equal up to rounding (an array is as good as a list).

    Example:
        >>> same(np.float32(0.1), 0.1), same([1, 2], np.array([1, 2])), same([1], 1)
        (True, True, False)
    """
    if isinstance(wanted, type) or got is None:
        return got is wanted
    if isinstance(got, str) != isinstance(wanted, str):  # NumPy would read a number out of "1.8"
        return False
    if isinstance(wanted, str | bool | np.bool_):
        return isinstance(got, str | bool | np.bool_) and bool(got == wanted)
    if isinstance(wanted, dict):
        return isinstance(got, dict) and set(got) == set(wanted) and all(same(got[key], wanted[key]) for key in wanted)
    try:
        a, b = np.asarray(got, np.float64), np.asarray(wanted, np.float64)
    except (TypeError, ValueError):  # not numbers, or rows of different lengths
        return _same_things(_listed(got), _listed(wanted))
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-4, atol=1e-6, equal_nan=True)


def display(value: Any, most: int = 200) -> str:  # noqa: ANN401
    """A value in one line, cut where it becomes long.

    Example:
        >>> display(np.array([[0.6, 0.8]]))
        '[[0.6, 0.8]]'
    """
    if isinstance(value, np.ndarray):
        text = np.array2string(value, separator=", ", precision=4, threshold=24, suppress_small=True)
        text = " ".join(text.split()).replace("[ ", "[").replace(" ]", "]").replace(" ,", ",")
    elif isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {display(one)}" for key, one in value.items()) + "}"
    elif isinstance(value, float | np.floating):
        text = f"{value:.6g}"
    else:
        text = " ".join(repr(value).split())
    return text if len(text) <= most else text[: most - 2] + " …"


def _same_things(got: Any, wanted: Any) -> bool:  # noqa: ANN401
    if isinstance(wanted, list | tuple):
        return isinstance(got, list | tuple) and len(got) == len(wanted) and all(map(same, got, wanted))
    return type(got) is type(wanted) and bool(got == wanted)


def _listed(value: Any) -> Any:  # noqa: ANN401
    return value.tolist() if isinstance(value, np.ndarray) else value


def _is_raised(error: Exception, wrong: Any) -> bool:  # noqa: ANN401
    return isinstance(wrong, type) and issubclass(wrong, Exception) and isinstance(error, wrong)


def _told(error: Exception, answer: Any) -> str:  # noqa: ANN401
    """The error and the reader's line it came from."""
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file and frame.line]
    where = f" in the line `{lines[-1]}`" if lines else ""
    return f"{type(error).__name__}: {error}{where}"
