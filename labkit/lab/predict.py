"""Predict, then run: the reader commits to a guess before seeing the measurement, and remembers it better for it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Prediction:
    """A question with a slider; `reveal` sets the guess beside the measurement.

    Attributes:
        question: what is asked.
        low: smallest guess.
        high: largest guess.
        unit: shown behind the number.
        guess: the committed guess, None until the reader presses the button.
    """

    question: str
    low: float
    high: float
    unit: str = ""
    guess: float | None = None
    _box: Any = field(default=None, repr=False)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget())  # type: ignore[no-untyped-call]

    def widget(self) -> Any:  # noqa: ANN401
        """The slider and its button; made once."""
        if self._box is None:
            self._box = self._build()
        return self._box

    def commit(self, guess: float) -> str:
        """Remember the guess; returns the confirmation that is shown."""
        self.guess = float(guess)
        return f"Your guess: {self.guess:g}{self.unit}. Now run the next cells."

    def reveal(self, measured: float, *, explain: str = "") -> str:
        """A sentence that sets the guess beside the measurement.

        Example:
            >>> question = Prediction("How much is left?", 0, 100, " %")
            >>> _ = question.commit(90)
            >>> question.reveal(70)
            'Measured: **70 %**. You said 90 %, 20 % too high.'
        """
        text = f"Measured: **{measured:.3g}{self.unit}**."
        if self.guess is None:
            text += " (No guess was committed: move the slider above, press the button, and run this cell again.)"
        else:
            off = self.guess - measured
            if abs(off) < 0.02 * (self.high - self.low):
                verdict = "as good as exact"
            else:
                verdict = f"{abs(off):.3g}{self.unit} too {'high' if off > 0 else 'low'}"
            text += f" You said {self.guess:g}{self.unit}, {verdict}."
        return f"{text} {explain}".strip()

    def _build(self) -> Any:  # noqa: ANN401
        import ipywidgets as widgets

        steps = 100 if self.high - self.low >= 10 else 50
        bar = widgets.FloatSlider(
            value=(self.low + self.high) / 2,
            min=self.low,
            max=self.high,
            step=(self.high - self.low) / steps,
            description="Guess",
            tooltip=self.question,
            readout_format=".3g",
            layout=widgets.Layout(width="420px"),
        )
        button = widgets.Button(description="Commit my guess", tooltip="Commit the guess, then run the next cells")
        answer = widgets.HTML()

        def on_click(_: object) -> None:
            answer.value = self.commit(bar.value)

        button.on_click(on_click)
        question = widgets.HTML(f"<b>Predict:</b> {self.question}")
        return widgets.VBox(
            [question, widgets.HBox([bar, button], layout=widgets.Layout(flex_flow="row wrap")), answer]
        )


def predict(question: str, low: float, high: float, unit: str = "") -> Prediction:
    """Ask the reader to commit to a guess between `low` and `high` before the measurement.

    Raises:
        ValueError: if `low` is not below `high`.
    """
    if not low < high:
        raise ValueError(f"low should be below high, but they are {low} and {high}")
    return Prediction(question, low, high, unit)
