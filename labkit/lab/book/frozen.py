"""Outputs that need a kernel, as what they show without one.

A slider whose kernel is gone moves and changes nothing, which is worse than no slider. So a widget becomes what it showed
last: its texts, tables and figures, with a line that names the controls of the live notebook. A figure that brings its own
slider keeps it: that one runs in the page.
"""

from html import escape
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
PLOTLY = "application/vnd.plotly.v1+json"
Bundle = dict[str, Any]


def freeze(notebook: Any) -> None:  # noqa: ANN401
    """Replace the widgets and figures of an executed notebook by HTML, in place."""
    models = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    number = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        frozen = []
        for output in cell.outputs:
            if output.output_type not in ("display_data", "execute_result"):
                frozen.append(output)
                continue
            for bundle in without_widgets(dict(output.data), models):
                if PLOTLY in bundle:
                    number += 1
                    bundle = with_figure(bundle, f"figure-{number}")
                frozen.append(type(output)(output_type="display_data", data=bundle, metadata={}))
        cell.outputs = frozen
    notebook.metadata.pop("widgets", None)


def without_widgets(bundle: Bundle, models: dict[str, Any]) -> list[Bundle]:
    """What a bundle shows without a kernel: itself, or its HTML, or what its widget showed last."""
    view = bundle.pop(VIEW, None)
    if view is None or "text/html" in bundle:
        return [bundle]
    shown, controls = _shown(str(view["model_id"]), models)
    if controls:
        told = "; ".join(f"<b>{escape(name)}</b> {escape(value)}".strip() for name, value in controls)
        text = "; ".join(f"{name} {value}".strip() for name, value in controls)
        shown.insert(0, {
            "text/html": f'<p class="controls">Controls of the live notebook: {told}</p>',
            "text/plain": f"Controls of the live notebook: {text}",
        })  # fmt: skip
    return shown or [bundle]


def _shown(model_id: str, models: dict[str, Any]) -> tuple[list[Bundle], list[tuple[str, str]]]:
    """What a widget and those inside it showed last, and its controls as pairs of label and value."""
    model = models.get(model_id, {})
    name, state = str(model.get("model_name", "")), model.get("state", {})
    if (state.get("layout") and _hidden(state["layout"], models)) or not state:
        return [], []
    if "children" in state:
        parts = [_shown(_id(child), models) for child in state["children"]]
        return [one for shown, _ in parts for one in shown], [one for _, controls in parts for one in controls]
    if name == "OutputModel":
        return [dict(output["data"]) for output in state.get("outputs", ()) if "data" in output], []
    if name in ("HTMLModel", "LabelModel"):
        text = str(state.get("value", ""))
        return ([{"text/html": text if name == "HTMLModel" else escape(text), "text/plain": text}] if text else []), []
    return [], [(str(state.get("description") or "exhibit"), _value(state))]


def _value(state: dict[str, Any]) -> str:
    labels = state.get("_options_labels")
    if labels and isinstance(state.get("index"), int):
        return str(labels[state["index"]])
    value = state.get("value", "")
    return f"{value:g}" if isinstance(value, float) else "" if isinstance(value, bool) else str(value)


def _hidden(layout: str, models: dict[str, Any]) -> bool:
    return str(models.get(_id(layout), {}).get("state", {}).get("display")) == "none"


def _id(reference: str) -> str:
    return reference.removeprefix("IPY_MODEL_")


def with_figure(bundle: Bundle, name: str) -> Bundle:
    """The bundle of a plotly figure with HTML that draws it, given plotly.js in the page; the summary is its name."""
    import plotly.io as pio

    figure = {key: value for key, value in bundle[PLOTLY].items() if key in ("data", "layout", "frames")}
    config = {"responsive": True, "displaylogo": False, "showSendToCloud": False}
    drawn = pio.to_html(figure, config=config, include_plotlyjs=False, full_html=False, validate=False, div_id=name)
    summary = escape(str(bundle.get("text/plain", "a figure")), quote=True)
    return {"text/html": f'<div role="group" aria-label="{summary}">{drawn}</div>', "text/plain": summary}
