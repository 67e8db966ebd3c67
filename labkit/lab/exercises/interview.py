"""Interview questions: the reader answers in own words first, then compares with a model answer and a rubric."""

import html
from dataclasses import dataclass
from typing import Any

from labkit.lab.exercises import store
from labkit.lab.exercises.catalogue import find_question
from labkit.lab.exercises.coverage import coverage
from labkit.lab.exercises.show import Note


@dataclass(frozen=True)
class Question:
    """One interview question.

    Attributes:
        id: "<notebook>.<name>".
        question: as an interviewer would put it.
        answer: a model answer.
        rubric: four to six points that a good answer makes.
    """

    id: str
    question: str
    answer: str
    rubric: tuple[str, ...]


@dataclass(frozen=True)
class Interview:
    """A question as a notebook shows it: live with a field to write in, elsewhere as text that unfolds."""

    question: Question

    def note(self) -> Note:
        """The model answer and the rubric."""
        points = tuple((f"Point {n}", text) for n, text in enumerate(self.question.rubric, 1))
        return Note("A model answer", (("", self.question.answer), *points))

    def __repr__(self) -> str:
        """The question only: whoever reads text asks for the rest with `.note()`."""
        return f"Interview question: {self.question.question}\n  Answer first. Then: interview({self.question.id!r}).note()"

    def _repr_html_(self) -> str:
        return (
            f"<div><b>Interview question:</b> {html.escape(self.question.question)} <i>Answer in your own words first.</i>"
            "<details><summary>After you have answered: a model answer and its rubric</summary>"
            f"{self.note()._repr_html_()}</details></div>"
        )

    def _ipython_display_(self) -> None:
        from IPython.display import display

        # Two outputs: a page made from the notebook shows the first one where it has nothing to run the form with.
        display({"text/html": self._repr_html_(), "text/plain": repr(self)}, raw=True)  # type: ignore[no-untyped-call]
        try:
            form = dict(self.widget()._repr_mimebundle_())
        except ImportError:
            return  # without ipywidgets the text that unfolds does
        form["text/plain"] = "(A field for your answer: it needs a running notebook.)"
        display(form, raw=True)  # type: ignore[no-untyped-call]

    def save(self, answer: str) -> str:
        """Keep the reader's answer; returns what the reader is told."""
        if not answer.strip():
            return "Write a few sentences first: an answer that you wrote is worth ten that you read."
        try:
            store.write(self.question.id, answer=answer)
        except OSError as error:
            return f"Your answer could not be kept: {error}"
        return "Kept on this machine. Now compare: tick each point that your answer makes."

    def tick(self, number: int, ticked: bool) -> str:
        """Keep which rubric points the reader ticked; returns the count that is shown."""
        known = store.read(self.question.id).get("ticked", [])
        points = {*known, number} if ticked else {*known} - {number}
        try:
            store.write(self.question.id, ticked=sorted(points))
        except OSError:
            pass  # the boxes show it all the same
        return self._count(len(points))

    def _count(self, ticked: int) -> str:
        return f"{ticked} of {len(self.question.rubric)} points"

    def widget(self) -> Any:  # noqa: ANN401
        """The live form: field, button, and after the first press the model answer, the rubric and the coverage."""
        import ipywidgets as widgets

        known = store.read(self.question.id)
        wide = widgets.Layout(width="95%", max_width="820px")
        field = widgets.Textarea(
            value=str(known.get("answer", "")),
            placeholder="Your answer, in your own words: three to six sentences",
            description="Answer",
            tooltip=f"Your answer to: {self.question.question}",
            rows=6,
            layout=wide,
        )
        button = widgets.Button(description="Keep and compare", tooltip="Keep my answer and show the model answer")
        rough = widgets.Button(description="Rough coverage", tooltip="Compare my sentences with each rubric point")
        ticked = known.get("ticked", [])
        told, covered = widgets.HTML(), widgets.HTML()
        count = widgets.HTML(self._count(len(ticked)) if ticked else "")
        boxes = [
            widgets.Checkbox(value=number in ticked, description=point, indent=False, layout=wide)
            for number, point in enumerate(self.question.rubric)
        ]
        model = widgets.HTML(f"<b>A model answer.</b> {html.escape(self.question.answer)}", layout=wide)
        after = widgets.VBox([model, *boxes, count, rough, covered], layout=widgets.Layout(display="none"))

        def compare(_: object) -> None:
            told.value = html.escape(self.save(field.value))
            if field.value.strip():
                after.layout.display = "flex"

        def cover(_: object) -> None:
            try:
                covered.value = coverage(field.value, self.question.rubric)._repr_html_()
            except Exception as error:  # a front end would swallow it
                covered.value = f"<span role='alert'>{html.escape(f'{type(error).__name__}: {error}')}</span>"

        def ticking(number: int) -> Any:  # noqa: ANN401
            def changed(change: dict[str, Any]) -> None:
                count.value = html.escape(self.tick(number, bool(change["new"])))

            return changed

        button.on_click(compare)
        rough.on_click(cover)
        for number, box in enumerate(boxes):
            box.observe(ticking(number), names="value")
        return widgets.VBox([field, button, told, after])


def interview(id: str) -> Interview:
    """An interview question with a field to write in; the model answer and its rubric come after your own answer.

    Raises:
        ValueError: if there is no such question.

    Example:
        >>> interview("embeddings.mismatch").question.question
        'What is the vocabulary mismatch problem, and how do hybrid search or a cross-encoder answer it?'
    """
    return Interview(find_question(id))
