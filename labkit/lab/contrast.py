"""The contrastive loss as a matrix: every text against every picture, and how a temperature sharpens it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.checks import Vectors, as_vectors
from labkit.lab.exhibit import Exhibit, live, slider
from labkit.lab.style import PALETTE, line_style, new_figure


def contrastive_loss(texts: Vectors, images: Vectors, temperature: float) -> tuple[Vectors, float]:
    """Each text's softmax over the pictures, `(n, n)`, and CLIP's loss if text i belongs to picture i.

        p_ij = exp(t_i . v_j / temperature) / sum_k exp(t_i . v_k / temperature)

    Raises:
        ValueError: if the two differ in shape, or the temperature is not above 0.

    Example:
        >>> shares, loss = contrastive_loss(np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32), 1.0)
        >>> round(loss, 4)
        0.3133
    """
    texts, images = as_vectors(texts, name="texts"), as_vectors(images, name="images")
    if texts.shape != images.shape:
        raise ValueError(f"text i belongs to picture i, but their shapes are {texts.shape} and {images.shape}")
    if not temperature > 0:
        raise ValueError(f"temperature should be above 0, but is {temperature}")
    scores = texts @ images.T / temperature
    to_images, to_texts = _softmax(scores), _softmax(scores.T)
    loss = -(np.log(to_images.diagonal()).mean() + np.log(to_texts.diagonal()).mean()) / 2
    return to_images, float(loss)


def _softmax(scores: Vectors) -> Vectors:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    out: Vectors = powers / powers.sum(axis=1, keepdims=True)
    return out


def contrastive_matrix(texts: Vectors, images: Vectors, names: Sequence[str], columns: Sequence[str]) -> Any:  # noqa: ANN401
    """The matrix with a slider for the temperature: from "all alike" to "only the best".

    Args:
        texts: `(n, d)` unit vectors.
        images: `(n, d)` unit vectors; picture i belongs to text i.
        names: the texts.
        columns: names of the pictures.
    """
    control = slider("Temperature", [1.0, 0.5, 0.2, 0.1, 0.05, 0.02], 0.2, "Divides the cosines before the softmax")
    return live(lambda temperature: plot_matrix(texts, images, names, columns, temperature), {"temperature": control})


def plot_matrix(
    texts: Vectors, images: Vectors, names: Sequence[str], columns: Sequence[str], temperature: float
) -> Exhibit:
    """The softmax of each text over the pictures as a heat map, with the loss in the title."""
    shares, loss = contrastive_loss(texts, images, temperature)
    right = int((shares.argmax(axis=1) == np.arange(len(shares))).sum())
    title = f"Temperature {temperature:g}: loss {loss:.2f}; {right} of {len(shares)} texts prefer their own picture"
    figure = new_figure(title, height=460, margin={"l": 250, "r": 24, "t": 64, "b": 90})
    figure.add_heatmap(
        z=shares.round(3).tolist(),
        x=list(columns),
        y=[name if len(name) <= 38 else name[:36] + " …" for name in names],
        zmin=0,
        zmax=1,
        colorscale=[[0, "rgba(15, 127, 191, 0.04)"], [1, PALETTE[0]]],
        texttemplate="%{z:.2f}",
        colorbar={"title": {"text": "share"}},
        hovertemplate="%{y}<br>%{x}: %{z:.3f}<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False)
    return Exhibit(figure, f"{title}. Every row sums to 1; the diagonal is where the right pictures are.")


def plot_losses(curve: Sequence[dict[str, float]], title: str) -> Exhibit:
    """The losses of a training over its steps, on a logarithmic scale.

    Args:
        curve: records with `step` and one number a loss, such as `loss_curve.json` holds.
        title: the finding.
    """
    figure = new_figure(title, x="training step", y="loss (log scale)")
    figure.update_yaxes(type="log")
    steps = [record["step"] for record in curve]
    names = [name for name in curve[0] if name != "step"]
    for index, name in enumerate(names):
        style = line_style(index)
        figure.add_scatter(x=steps, y=[record[name] for record in curve], mode="lines", name=name, line=style["line"])
    ends = ", ".join(f"{name} from {curve[0][name]:.2f} to {curve[-1][name]:.2f}" for name in names)
    return Exhibit(figure, f"Over {steps[-1]:,} steps: {ends}.")
