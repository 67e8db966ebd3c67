"""An exhibit is a figure and one sentence that says what it shows; a live exhibit redraws when a control moves."""

import html
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.lab.style import use_offline_renderer


@dataclass(frozen=True)
class Exhibit:
    """A figure with its one-sentence summary, which is also the text alternative for a reader who cannot see it.

    Attributes:
        figure: a plotly figure.
        summary: what it shows, in one sentence with the numbers that matter.
    """

    figure: Any
    summary: str

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for bundle in self.bundles():
            display(bundle, raw=True)  # type: ignore[no-untyped-call]

    def bundles(self) -> list[dict[str, Any]]:
        """What a front end shows: the figure, then the summary."""
        use_offline_renderer()
        figure = dict(self.figure._repr_mimebundle_())
        figure["text/plain"] = self.summary
        return [figure, {"text/markdown": self.summary, "text/plain": self.summary}]


def bundles_of(shown: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """The mime bundles of anything a live exhibit may return: an exhibit, a table, a text, or a list of them."""
    if isinstance(shown, list | tuple):
        return [bundle for one in shown for bundle in bundles_of(one)]
    if isinstance(shown, Exhibit):
        return shown.bundles()
    if isinstance(shown, str):
        return [{"text/markdown": shown, "text/plain": shown}]
    if hasattr(shown, "_repr_html_"):
        return [{"text/html": shown._repr_html_(), "text/plain": str(shown)}]
    raise TypeError(f"a live exhibit shows exhibits, tables and texts, but was given a {type(shown).__name__}")


def live(draw: Callable[..., Any], controls: Mapping[str, Any], *, layout: str = "row") -> Any:  # noqa: ANN401
    """A widget with controls above and what `draw` returns below, redrawn whenever a control changes.

    The result replaces the widget's output state. (Capturing with `with output:`, as `interactive` does, can stall a
    headless run: jupyter/nbclient#312.)

    Args:
        draw: plain function of the controls' values; returns an exhibit, a table, a text, or a list of them.
        controls: argument name -> ipywidgets control.
        layout: "row" or "column" of controls.

    Raises:
        Exception: whatever `draw` raises on the first drawing; later on the error is shown in place of the figure.
    """
    import ipywidgets as widgets

    output = widgets.Output()

    def show(bundles: list[dict[str, Any]]) -> None:
        output.outputs = tuple({"output_type": "display_data", "data": data, "metadata": {}} for data in bundles)

    def values() -> dict[str, Any]:
        return {name: control.value for name, control in controls.items()}

    def redraw(_: object = None) -> None:
        try:
            show(bundles_of(draw(**values())))
        except Exception as error:
            # A front end swallows what a callback raises: without this the reader sees a figure that never changes.
            text = "".join(traceback.format_exception(error))
            show([{"text/html": f"<pre role='alert'>{html.escape(text)}</pre>", "text/plain": text}])

    show(bundles_of(draw(**values())))
    for control in controls.values():
        control.observe(redraw, names="value")
    box = widgets.HBox if layout == "row" else widgets.VBox
    bar = box(list(controls.values()), layout=widgets.Layout(flex_flow="row wrap" if layout == "row" else "column"))
    return widgets.VBox([bar, output])


def slider(label: str, options: list[Any], value: Any, tooltip: str) -> Any:  # noqa: ANN401
    """A slider over a short list of values, with a visible label and a tooltip; it redraws while it is dragged."""
    import ipywidgets as widgets

    return widgets.SelectionSlider(
        options=[(_short(option), option) for option in options],
        value=value,
        description=label,
        tooltip=tooltip,
        style={"description_width": "initial"},
        layout=widgets.Layout(width="340px"),
    )


def _short(value: Any) -> str:  # noqa: ANN401 - the slider's read-out is 70 pixels wide
    if not isinstance(value, int):
        return str(value)
    for size, name in ((10**9, "billion"), (10**6, "million")):
        if value and value % size == 0:
            return f"{value // size:,} {name}"
    return f"{value:,}"


def dropdown(label: str, options: list[tuple[str, Any]], tooltip: str) -> Any:  # noqa: ANN401
    """A drop-down list with a visible label and a tooltip."""
    import ipywidgets as widgets

    return widgets.Dropdown(
        options=options,
        description=label,
        tooltip=tooltip,
        style={"description_width": "initial"},
        layout=widgets.Layout(width="640px", max_width="95%"),
    )


def show(*shown: Any) -> None:  # noqa: ANN401
    """Display exhibits, tables and Markdown texts below the cell, one after the other."""
    from IPython.display import display

    for bundle in bundles_of(shown):
        display(bundle, raw=True)  # type: ignore[no-untyped-call]
