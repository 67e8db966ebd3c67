"""A list and a text field that ask the same thing: whichever was used last counts, and the other shows it.

A front end reports a choice only if it differs from the one before. So the list leaves a choice that no longer counts for its
first line; the same choice can then be made again.
"""

from collections.abc import Mapping
from typing import Any

from labkit.lab.exhibit import dropdown

TYPED = "(what you typed)"


def fill_from(examples: Any, field: Any) -> None:  # noqa: ANN401
    """Let a list of examples fill a text field.

    Args:
        examples: a drop-down list of texts; its first line stands for none, with the value "".
        field: the text field; another text in it takes the list back to its first line.
    """

    def use(change: Mapping[str, Any]) -> None:
        if change["new"]:
            field.value = change["new"]

    def leave(change: Mapping[str, Any]) -> None:
        if change["new"] != examples.value:
            examples.value = ""

    examples.observe(use, names="value")
    field.observe(leave, names="value")


def choose_or_type(label: str, options: list[tuple[str, str]], tooltip: str, field: Any) -> Any:  # noqa: ANN401
    """A drop-down list beside a text field that is empty while the list counts; an emptied field goes back to the first choice.

    Args:
        label: of the list.
        options: pairs of what is shown and its text.
        tooltip: of the list.
        field: the text field.
    """
    chosen = dropdown(label, [(TYPED, ""), *options], tooltip)
    chosen.value = options[0][1]

    def choose(change: Mapping[str, Any]) -> None:
        if change["new"]:
            field.value = ""
        elif not field.value.strip():
            chosen.value = options[0][1]

    def write(change: Mapping[str, Any]) -> None:
        if change["new"].strip():
            chosen.value = ""
        elif not chosen.value:
            chosen.value = options[0][1]

    chosen.observe(choose, names="value")
    field.observe(write, names="value")
    return chosen
