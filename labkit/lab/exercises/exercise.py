"""An exercise, told once: its task, stub, solution, checks, hints, and the wrong answers that people really give.

The tests prove for each one that the stub is "not yet", the solution passes, and every wrong answer meets its message.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["write", "bug", "decide"]
KINDS: dict[Kind, str] = {"write": "Write it", "bug": "Find the bug", "decide": "Decide"}
LEVELS = {1: "easy", 2: "medium", 3: "hard"}


class UnsolvedError(Exception):
    """The answer is still the stub, or a part of it is."""


@dataclass(frozen=True)
class Finding:
    """What a check found wrong.

    Attributes:
        given: the call or the setting that was tried.
        got: what came back.
        wanted: what should have come back.
        mistake: the likely mistake, one or two sentences.
    """

    given: str
    got: str
    wanted: str
    mistake: str


Check = Callable[[Any], Finding | None]


@dataclass(frozen=True)
class WrongAnswer:
    """A wrong answer that people give, and words of the message that it must meet."""

    source: str
    meets: str


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes:
        id: "<notebook>.<name>", as in `check("matryoshka.truncate", truncate)`.
        title: a few words.
        kind: "write" a function, find the "bug", or "decide" on a setting under a budget.
        difficulty: 1 to 3.
        minutes: a fair guess.
        task: what to do, Markdown.
        defines: the name that stub and solution define and `check` is given.
        stub: what the reader starts from; it runs as it is.
        solution: source that passes every check.
        checks: each looks at the answer and returns None or what is wrong; they run in order until one finds something.
        hints: three, from a nudge to nearly there.
        wrong_answers: at least two.
        why: the point of it all, shown when the answer passes and with the solution.
    """

    id: str
    title: str
    kind: Kind
    difficulty: int
    minutes: int
    task: str
    defines: str
    stub: str
    solution: str
    checks: tuple[Check, ...]
    hints: tuple[str, ...]
    wrong_answers: tuple[WrongAnswer, ...]
    why: str

    @property
    def notebook(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]

    def make(self, source: str) -> Any:  # noqa: ANN401
        """What `source` defines, run as a notebook cell would be, with `np` and `lk` at hand."""
        import numpy as np

        import labkit

        names: dict[str, Any] = {"np": np, "lk": labkit}
        exec(compile(source, f"<{self.id}>", "exec"), names)
        return names[self.defines]


def is_stub(answer: Any, stub: Any) -> bool:  # noqa: ANN401
    """Whether an answer is the untouched stub: nothing but `...`, or the stub's instructions (comments do not count).

    Example:
        >>> is_stub(lambda x: x + 1, lambda x: x + 1), is_stub(lambda x: x + 1, lambda x: x + 2)
        (True, False)
    """
    if answer is ... or (isinstance(answer, dict) and answer and all(value is ... for value in answer.values())):
        return True
    mine, theirs = getattr(answer, "__code__", None), getattr(stub, "__code__", None)
    if mine is None or theirs is None:
        return False
    return _same_code(mine, theirs) and answer.__defaults__ == stub.__defaults__


def _same_code(a: Any, b: Any) -> bool:  # noqa: ANN401
    if not hasattr(a, "co_code") or not hasattr(b, "co_code"):
        return type(a) is type(b) and bool(a == b)
    same = a.co_code == b.co_code and a.co_names == b.co_names and len(a.co_consts) == len(b.co_consts)
    return same and all(_same_code(x, y) for x, y in zip(a.co_consts, b.co_consts, strict=True))
