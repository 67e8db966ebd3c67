"""The Matryoshka adapter's card: a README made from the measured results, so that no figure in it was typed."""

from typing import Any

from labkit.train.matryoshka_report import DIMS, FUNNEL_DIMS, FUNNEL_SHORTLISTS

_METHODS = {
    "raw": "raw prefix",
    "PCA": "PCA, same pairs",
    "paired": "`paired_rotation`, same pairs",
    "adapter": "**this adapter**",
}


def card(results: dict[str, Any]) -> str:
    """The card as Markdown.

    Args:
        results: what `train_matryoshka` wrote to `results.json`.
    """
    tables = "\n\n".join(_table(name, found) for name, found in results["collections"].items())
    funnels = "\n".join(_funnel(name, found) for name, found in results["collections"].items())
    summary = "\n".join(
        ["| collection | against | better at | no clear difference at | worse at |", "|---|---|---|---|---|"]
    )
    for name, found in results["collections"].items():
        for other in ("raw", "PCA"):
            summary += "\n" + _verdict(name, other, found["adapter_minus"][other]["nDCG@10"])
    settings = ", ".join(f"{name} {value}" for name, value in results["settings"].items())
    packages = ", ".join(f"{name} {version}" for name, version in results["packages"].items())
    return f"""# A Matryoshka adapter for all-MiniLM-L6-v2

A 384 x 384 rotation. Multiply the encoder's vectors with it, keep the first numbers, make them unit length again:

```python
from labkit import AdaptedEncoder, load_adapter, load_encoder

encoder = AdaptedEncoder(load_encoder(), load_adapter().first(64))
```

- **What it changes**: the order in which the numbers carry meaning. **What it does not change**: any cosine at 384
  numbers, because it is a rotation (largest entry of |W'W - I|: {results["orthogonality_error"]:.0e}).
- **How it was made**: `labkit train matryoshka` trained it for {results["seconds"]} s on {results["pairs"]:,} pairs from
  the docstrings of installed packages (summary and rest; first sentence and what follows), with a contrastive loss at
  several lengths at once. Encoder: `{results["encoder"]}`. Settings: {settings}. sha256 of the weights:
  `{results["sha256"]}`.
- **Licence**: Apache-2.0, like the rest of this repository. The weights are made by this project.
- **Limits**: trained on English texts about software and mathematics. Short prefixes lose meaning with any rotation;
  the tables say how much. For another encoder it is useless: train another one, that takes a minute.

## What it is worth

{summary}

"Better" and "worse" mean that the paired 95 % interval of the difference in nDCG@10 excludes zero. The adapter brings to
the front what a docstring's question shares with its answer; on other kinds of text, and at longer prefixes, plain PCA
does about as well.

The settings were chosen on training pairs held out by module, on two packages left out, and on paragraphs of the
packages' read-me files. No collection below was trained on. Those other than pydocs were looked at three times on the
way: a first look suggested trying more lengths, but the held-out pairs decided.

nDCG@10 with its 95 % bootstrap interval over the queries, and the adapter's lead with its *paired* 95 % interval:

{tables}

## In a funnel

The first {FUNNEL_DIMS} numbers choose a shortlist, all 384 order it. Share of the nDCG@10 of full search that is kept:

| collection | shortlist | {" | ".join(_METHODS.values())} | adapter minus full search |
|---|---|---|---|---|---|---|
{funnels}

## Packages it was trained on

{packages}
"""


def _table(name: str, found: dict[str, Any]) -> str:
    head = f"### {name}: {found['queries']:,} queries, {found['documents']:,} documents\n\n"
    lines = [
        "| numbers | " + " | ".join(_METHODS.values()) + " | lead over raw | lead over PCA |",
        "|---" * (len(_METHODS) + 3) + "|",
    ]
    for dim in map(str, DIMS):
        cells = ["{:.3f} ({:.3f} to {:.3f})".format(*found["quality"][method]["nDCG@10"][dim]) for method in _METHODS]
        leads = [_lead(found["adapter_minus"][other]["nDCG@10"].get(dim)) for other in ("raw", "PCA")]
        lines.append(f"| {dim} | " + " | ".join(cells + leads) + " |")
    return head + "\n".join(lines)


def _lead(difference: list[float] | None) -> str:
    return "the same" if difference is None else "{:+.3f} ({:+.3f} to {:+.3f})".format(*difference[:3])


def _verdict(name: str, other: str, differences: dict[str, list[float]]) -> str:
    better = [dim for dim, (_, low, *_rest) in differences.items() if low > 0]
    worse = [dim for dim, (_, _low, high, *_rest) in differences.items() if high < 0]
    unclear = [dim for dim in differences if dim not in better + worse]
    return f"| {name} | {other} | " + " | ".join(", ".join(dims) or "-" for dims in (better, unclear, worse)) + " |"


def _funnel(name: str, found: dict[str, Any]) -> str:
    lines = []
    for size in map(str, FUNNEL_SHORTLISTS):
        shares = [f"{found['funnel'][method][size]['share_of_full']:.1%}" for method in _METHODS]
        lead = _lead(found["funnel"]["adapter"][size]["minus_full"])
        lines.append(f"| {name} | {size} | " + " | ".join(shares) + f" | {lead} |")
    return "\n".join(lines)
