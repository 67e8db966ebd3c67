"""The drawing model's card: a README made from the measured results, so that no figure in it was typed."""

from typing import Any

_NAMES = {"kind": "a kind of thing", "synonym": "by a word never seen", "room": "a thing in a room",
          "relation": "a relation", "count": "a number", "negation": "one thing, not another", "tag": "a tag"}  # fmt: skip


def card(results: dict[str, Any]) -> str:
    """The card as Markdown.

    Args:
        results: what the training script wrote to `results.json`.
    """
    settings = ", ".join(f"{name} {value}" for name, value in results["settings"].items())
    last = results["last_losses"]
    return f"""# A small CLIP for the drawing library

Puts sentences and drawings into one space of 128 numbers, and gives every place of a drawing a vector too:

```python
from labkit import Schematics, load_image_text, locate

library, encoder = Schematics.load(), load_image_text()
scores = encoder.encode_images(library.images) @ encoder.encode_queries(["where is the siren?"])[0]
print(locate(encoder, "where is the siren?", library.images[scores.argmax()]).box)
```

- **What it is**: {results["parameters"]:,} trained numbers, float16. Six convolutions make 32 x 32 patch vectors of a
  256 x 256 drawing; 256 detectors, each with a soft maximum over the places, make one vector a drawing. Texts go
  through `all-MiniLM-L6-v2`, which stays as it is, and a small trained map. sha256 of the weights:
  `{results["sha256"]}`.
- **How it was made**: `python -m labkit.train.drawing_clip` trained it for {results["steps_seconds"]:,} s with
  {results["threads"]} CPU thread(s) of a machine that may have been busy, on {results["sheets"]:,} sheets drawn by `labkit.data.schematics.generate` with seed
  {results["sheets_seed"]}. Settings: {settings}. Losses at the end: captions {last["captions"]:.2f}, presence
  {last["presence"]:.3f}, places {last["places"]:.2f}; the curve is in `loss_curve.json`.
- **What it was told**: captions, the list of components of each training sheet, and **where they stand** (their
  boxes). Location is therefore *learned from labels*, not a by-product of captions. A drawing program gives such
  labels away; scans of real drawings have none.
- **What it has not seen**: any drawing of the library, its queries, or the phrases of its `synonym` queries. The
  library comes from the same drawing program, though: same symbols, other dice. The weights were not chosen on the
  library, but the rule by which `PatchSearcher` keeps patches was: on its `kind` queries 128 of them lost nothing
  against all 1,024, and 64 lost a little.
- **Limits**: it knows {results["kinds"]} symbols in one office's handwriting. It does not read letters well enough for
  tags, it does not count, and to it "A but no B" is a sentence about A and B. It is no model of photographs.
- **Licence**: Apache-2.0, like the rest of this repository. The weights are made by this project.

## Which drawing? ({results["drawings"]} drawings, none seen in training)

nDCG@10 with its 95 % bootstrap interval over the queries:

{_search(results, "nDCG@10")}

success@10, the share of queries with a relevant drawing among the first ten:

{_search(results, "success@10")}

Median rank of the first relevant drawing:

{_search(results, "rank")}

BM25 reads the captions, which say in words what is on each sheet; a drawing office rarely has them. One vector a
drawing is what a CLIP gives; the patches are late interaction between the text and the places.

## Where on it?

Asked of every drawing that has exactly one such thing: does the middle of the box that `locate` returns lie in the
thing's own box?

{_places(results)}

The interval is over the queries (all questions of one query share its words). A *random point* hits as often as the
boxes cover the sheet; a *random symbol* is one over the number of symbols on it.
"""


def _search(results: dict[str, Any], metric: str) -> str:
    found = results["search"]
    lines = ["| query asks for | queries | " + " | ".join(found) + " |", "|---" * (len(found) + 2) + "|"]
    for kind, count in results["queries"].items():
        cells = [_cell(found[name][kind][metric]) for name in found]
        lines.append(f"| {_NAMES.get(kind, kind)} (`{kind}`) | {count} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(values: list[float]) -> str:
    return f"{values[0]:g}" if len(values) == 1 else "{:.3f} ({:.2f} to {:.2f})".format(*values)


def _places(results: dict[str, Any]) -> str:
    lines = ["| queries | questions | right place | by query | random point | random symbol |", "|---" * 6 + "|"]
    for name, one in results["places"].items():
        lines.append(
            f"| {name} ({one['queries']}) | {one['questions']:,} | {one['right']:.1%} | "
            + "{:.3f} ({:.2f} to {:.2f})".format(*one["right_by_query"])
            + f" | {one['lucky_point']:.1%} | {one['lucky_symbol']:.1%} |"
        )
    return "\n".join(lines)
