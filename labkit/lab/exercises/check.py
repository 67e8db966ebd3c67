"""Check an answer. Never an error in the reader's notebook: passed, not yet, or wrong because of something."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from labkit.lab.exercises import store
from labkit.lab.exercises.catalogue import find_exercise
from labkit.lab.exercises.exercise import Exercise, Finding, UnsolvedError, is_stub
from labkit.lab.exercises.show import Note

State = Literal["passed", "not yet", "wrong"]
_UNTOUCHED = "The stub is untouched. Change the cell above, run it, then run this one again."
_BEGUN = "A part of your answer is still `...`. Fill it in, run the cell above, then run this one again."


class NotPassedError(AssertionError):
    """An answer did not pass while `LABKIT_STRICT=1`."""


@dataclass(frozen=True)
class Verdict:
    """What `check` found.

    Attributes:
        exercise: the exercise.
        state: "passed", "not yet" (the stub is untouched, or a part of it) or "wrong".
        finding: what is wrong, None unless it is.
        hint: which hint goes with it, 1 to 3, or 0.
        unsaved: why the progress could not be saved, "" if it was.
        begun: whether an answer that is "not yet" is more than the untouched stub.
    """

    exercise: Exercise
    state: State
    finding: Finding | None = None
    hint: int = 0
    unsaved: str = ""
    begun: bool = False

    @property
    def note(self) -> Note:
        """What the reader sees."""
        title, lines = f"{self.exercise.id} · {self.exercise.title}", []
        if self.state == "passed":
            heading = f"Passed: {title}"
            lines.append(("", self.exercise.why))
        elif self.finding is None:
            heading = f"Not yet: {title}"
            lines.append(("", _BEGUN if self.begun else _UNTOUCHED))
            lines.append(("Stuck?", f'`lk.hint("{self.exercise.id}")`'))
        else:
            heading = f"Wrong because: {self.finding.mistake}"
            lines += [("Tried", self.finding.given), ("Came back", self.finding.got), ("Wanted", self.finding.wanted)]
            lines.append((f"Hint {self.hint} of {len(self.exercise.hints)}", self.exercise.hints[self.hint - 1]))
        if self.unsaved:
            lines.append(("Progress not saved", self.unsaved))
        return Note(heading, tuple(lines), state=self.state)

    def __repr__(self) -> str:
        """What a terminal shows."""
        return repr(self.note)

    def _repr_html_(self) -> str:
        return self.note._repr_html_()


def check(id: str, answer: Any) -> Verdict:  # noqa: ANN401
    """Whether an answer passes: shown as "passed", "not yet" or "wrong because", with the next hint.

    Args:
        id: the exercise's id.
        answer: the function or the setting that the exercise asks for.

    Raises:
        ValueError: if there is no such exercise.
        NotPassedError: if the answer does not pass and the environment variable `LABKIT_STRICT` is 1.

    Example:
        >>> check("matryoshka.truncate", ...).state
        'not yet'
    """
    exercise = find_exercise(id)
    state, finding = judge(exercise, answer)
    if os.environ.get("LABKIT_STRICT") == "1":
        # A teacher's or a test's run: it proves the notebook, and is nobody's progress.
        verdict = Verdict(exercise, state, finding, hint=1 if finding else 0)
        if state != "passed":
            raise NotPassedError(repr(verdict))
        return verdict
    begun = state == "not yet" and answer is not None and not is_stub(answer, exercise.make(exercise.stub))
    return Verdict(exercise, state, finding, *_remember(exercise, state), begun)


def judge(exercise: Exercise, answer: Any) -> tuple[State, Finding | None]:  # noqa: ANN401
    """The state of an answer and what is wrong with it. It raises nothing that an answer can cause."""
    if is_stub(answer, exercise.make(exercise.stub)):
        return "not yet", None
    for one in exercise.checks:
        try:
            finding = one(answer)
        except UnsolvedError:
            return "not yet", None
        except Exception as error:
            finding = Finding(exercise.defines, f"{type(error).__name__}: {error}", "an answer that can be checked",
                              "The check could not be run on this answer.")  # fmt: skip
        if finding is not None:
            return "wrong", finding
    return "passed", None


def _remember(exercise: Exercise, state: State) -> tuple[int, str]:
    """Save the try; returns the hint that goes with it, one further with each wrong answer, and why it was not saved."""
    known = store.read(exercise.id)
    if state == "not yet":
        return 0, ""
    changes: dict[str, Any] = {"tries": int(known.get("tries", 0)) + 1}
    hint = 0
    if state == "passed":
        changes["state"] = "passed"
        changes["passed_at"] = known.get("passed_at") or datetime.now(UTC).isoformat(timespec="seconds")
    else:
        # Once passed stays passed: trying out something else afterwards takes nothing away.
        changes["state"] = known.get("state") or "wrong"
        hint = min(int(known.get("wrong", 0)) + 1, len(exercise.hints))
        changes["wrong"] = int(known.get("wrong", 0)) + 1
    try:
        store.write(exercise.id, **changes)
    except OSError as error:
        return hint, str(error)
    return hint, ""
