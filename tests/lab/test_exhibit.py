import subprocess
import sys

import ipywidgets as widgets
import pytest

from labkit.lab.exhibit import Exhibit, bundles_of, dropdown, live, slider
from labkit.lab.style import DASHES, MARKERS, PALETTE, line_style, new_figure
from labkit.measure.table import Table


def output_of(box):
    return box.children[1]


def test_a_live_exhibit_draws_at_once_and_again_when_a_control_moves():
    control = slider("n", [1, 2, 3], 1, "a number")
    box = live(lambda n: f"n is {n}", {"n": control})
    assert output_of(box).outputs[0]["data"]["text/plain"] == "n is 1"
    control.value = 3
    assert output_of(box).outputs[0]["data"]["text/plain"] == "n is 3"


def test_an_error_on_the_first_drawing_is_raised():
    with pytest.raises(ZeroDivisionError):
        live(lambda n: str(1 / n), {"n": slider("n", [0, 1], 0, "a number")})


def test_a_later_error_is_shown_and_the_next_good_value_recovers():
    control = slider("n", [1, 0], 1, "a number")
    box = live(lambda n: str(1 / n), {"n": control})
    control.value = 0
    shown = output_of(box).outputs[0]["data"]
    assert "ZeroDivisionError" in shown["text/plain"] and "role='alert'" in shown["text/html"]
    control.value = 1
    assert output_of(box).outputs[0]["data"]["text/plain"] == "1.0"


def test_exhibits_tables_texts_and_lists_can_be_shown():
    figure = Exhibit(new_figure("A finding"), "One sentence.")
    bundles = bundles_of([figure, Table(("a",), (("1",),)), "text"])
    assert [sorted(bundle) for bundle in bundles] == [
        ["application/vnd.plotly.v1+json", "text/plain"],
        ["text/markdown", "text/plain"],
        ["text/html", "text/plain"],
        ["text/markdown", "text/plain"],
    ]
    assert bundles[0]["text/plain"] == "One sentence."
    with pytest.raises(TypeError, match="int"):
        bundles_of(5)


def test_figures_follow_the_theme_and_offer_no_upload():
    bundle = Exhibit(new_figure("A finding", x="dims"), "").bundles()[0]["application/vnd.plotly.v1+json"]
    assert bundle["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert bundle["config"]["showSendToCloud"] is False


def test_lines_differ_by_more_than_colour():
    looks = [(line_style(i)["line"]["dash"], line_style(i)["marker"]["symbol"]) for i in range(7)]
    assert len(set(looks)) == len(looks)
    assert len(PALETTE) == len(DASHES) == len(MARKERS)


def contrast(colour, background):
    def luminance(code):
        channels = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    light, dark = sorted((luminance(colour), luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", PALETTE)
@pytest.mark.parametrize("background", ["#ffffff", "#111111"])  # JupyterLab's light and dark cell output
def test_every_colour_stands_out_in_both_themes(colour, background):
    assert contrast(colour, background) >= 3


def test_controls_have_a_label_and_a_tooltip():
    for control in (slider("Dims", [1, 2], 1, "how many"), dropdown("Query", [("a", 1)], "which one")):
        assert control.description and control.tooltip
        assert isinstance(control, widgets.Widget)


def test_measuring_needs_no_front_end():
    """Nothing from data to measure imports IPython, ipywidgets or plotly."""
    code = (
        "import sys, pkgutil, importlib, labkit\n"
        "for folder in ('data', 'models', 'compress', 'search', 'measure'):\n"
        "    package = importlib.import_module('labkit.' + folder)\n"
        "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(module.name)\n"
        "print(sorted({'IPython', 'ipywidgets', 'plotly', 'torch', 'numba'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_large_numbers_fit_beside_the_slider():
    control = slider("n", [0, 1500, 10**6, 25 * 10**5, 10**10, 0.5], 0, "how many")
    assert [shown for shown, _ in control.options] == ["0", "1,500", "1 million", "2,500,000", "10 billion", "0.5"]
