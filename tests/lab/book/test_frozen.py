"""What a widget leaves behind when its kernel is gone."""

import nbformat
import pytest

from labkit.lab.book.frozen import PLOTLY, STATE, VIEW, freeze, with_figure, without_widgets


def models(**named):
    return {key: {"model_name": name, "state": state} for key, (name, state) in named.items()}


TREE = models(
    box=("VBoxModel", {"children": ["IPY_MODEL_bar", "IPY_MODEL_out", "IPY_MODEL_gone"]}),
    bar=("HBoxModel", {"children": ["IPY_MODEL_pick", "IPY_MODEL_text"]}),
    pick=("SelectionSliderModel", {"description": "k", "_options_labels": ["1", "10"], "index": 1}),
    text=("TextModel", {"description": "Query", "value": "<pump>"}),
    out=("OutputModel", {"outputs": [{"output_type": "display_data", "data": {"text/plain": "shown"}}]}),
    gone=("VBoxModel", {"layout": "IPY_MODEL_hide", "children": ["IPY_MODEL_note"]}),
    hide=("LayoutModel", {"display": "none"}),
    note=("HTMLModel", {"value": "<b>secret</b>"}),
)


def test_a_box_becomes_its_last_output_and_a_line_about_its_controls():
    controls, shown = without_widgets({VIEW: {"model_id": "box"}, "text/plain": "VBox()"}, TREE)
    assert controls["text/plain"] == "Controls of the live notebook: k 10; Query <pump>"
    assert "&lt;pump&gt;" in controls["text/html"]
    assert shown == {"text/plain": "shown"}


def test_what_is_hidden_stays_hidden():
    assert "secret" not in str(without_widgets({VIEW: {"model_id": "box"}}, TREE))


def test_html_beside_the_widget_goes_first():
    assert without_widgets({VIEW: {"model_id": "box"}, "text/html": "<p>a</p>"}, TREE) == [{"text/html": "<p>a</p>"}]


def test_without_a_state_the_text_is_left():
    assert without_widgets({VIEW: {"model_id": "?"}, "text/plain": "VBox()"}, TREE) == [{"text/plain": "VBox()"}]


def test_a_figure_has_its_summary_as_name_and_no_address():
    figure = {"data": [{"type": "scatter", "y": [1, 2]}], "layout": {"title": {"text": "</script><b>"}}, "config": {}}
    html = with_figure({PLOTLY: figure, "text/plain": 'It "rises"'}, "figure-1")["text/html"]
    assert 'aria-label="It &quot;rises&quot;"' in html and 'id="figure-1"' in html
    assert "https://cdn" not in html and html.count("</script>") == html.count("<script")


@pytest.mark.parametrize("kind", ["display_data", "execute_result"])
def test_a_notebook_is_frozen_in_place(kind):
    extra = {"execution_count": 1} if kind == "execute_result" else {}
    output = nbformat.v4.new_output(kind, {VIEW: {"model_id": "box"}, "text/plain": "VBox()"}, **extra)
    stream = nbformat.v4.new_output("stream", text="printed")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[stream, output])])
    book.metadata["widgets"] = {STATE: {"state": TREE}}
    freeze(book)
    assert [one.output_type for one in book.cells[0].outputs] == ["stream", "display_data", "display_data"]
    assert "widgets" not in book.metadata and VIEW not in str(book)
