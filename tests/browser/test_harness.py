"""The browser harness itself: it runs cells, sees figures and widgets, and does notice errors."""

import nbformat
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def write(lab):
    """A function that puts a notebook of the given code cells into the lab and returns its name."""

    def write_one(name: str, *cells: str) -> str:
        # Without a kernelspec JupyterLab asks which kernel to use.
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        code = [nbformat.v4.new_code_cell(cell) for cell in cells]
        notebook = nbformat.v4.new_notebook(cells=code, metadata=metadata)
        nbformat.write(notebook, lab.folder / name)
        return name

    return write_one


def test_a_slider_moves_a_figure_without_any_request_to_the_outside(open_notebook, write):
    name = write(
        "harness_ok.ipynb",
        "import ipywidgets as w\nimport plotly.graph_objects as go\nimport plotly.io as pio\n"
        "pio.renderers.default = 'plotly_mimetype'\n"
        "slider, out = w.IntSlider(1, 1, 9, description='n'), w.Output()",
        "def draw(change=None):\n"
        "    figure = go.Figure(go.Bar(y=[slider.value]), layout={'title': {'text': f'n is {slider.value}'}})\n"
        "    bundle = {'application/vnd.plotly.v1+json': figure.to_plotly_json(), 'text/plain': 'figure'}\n"
        "    out.outputs = ({'output_type': 'display_data', 'data': bundle, 'metadata': {}},)\n"
        "slider.observe(draw, 'value')\ndraw()\nw.VBox([slider, out])",
    )
    notebook = open_notebook(name)
    notebook.run_all(60)
    assert notebook.errors() == []
    title = notebook.panel.locator(".gtitle")
    expect(title).to_have_text("n is 1", timeout=20_000)
    notebook.panel.get_by_role("slider").focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(title).to_have_text("n is 2")


def test_an_error_is_seen(open_notebook, write):
    notebook = open_notebook(write("harness_error.ipynb", "1 + 1", "1 / 0", "2 + 2"))
    notebook.run_all(60)
    assert notebook.errors() == ["ZeroDivisionError: division by zero"]
