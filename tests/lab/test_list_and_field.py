"""A list and a field: the one used last counts, the other shows it, and every choice is a change."""

import ipywidgets as widgets
import pytest

from labkit.lab.exhibit import dropdown
from labkit.lab.list_and_field import choose_or_type, fill_from


@pytest.fixture
def field():
    return widgets.Text()


def test_the_same_example_can_be_used_again(field):
    examples = dropdown("Examples", [("choose an example …", ""), ("a hat", "hat"), ("a boot", "boot")], "tip")
    fill_from(examples, field)
    examples.value = "hat"
    assert field.value == "hat" and examples.value == "hat"
    field.value = "what else?"
    assert examples.value == ""
    examples.value = "hat"
    assert field.value == "hat"
    examples.value = ""
    assert field.value == "hat"


def test_a_choice_empties_the_field_and_a_text_leaves_the_choice(field):
    chosen = choose_or_type("Word", [("pump", "pump"), ("salt", "salt")], "tip", field)
    assert chosen.value == "pump"
    field.value = "pipe"
    assert chosen.value == "" and field.value == "pipe"
    chosen.value = "pump"
    assert field.value == ""


def test_one_of_the_two_always_has_a_text(field):
    chosen = choose_or_type("Word", [("pump", "pump"), ("salt", "salt")], "tip", field)
    field.value = "pipe"
    field.value = "  "
    assert chosen.value == "pump"
    chosen.value = ""
    assert chosen.value == "pump"
