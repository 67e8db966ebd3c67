"""What the committed Matryoshka adapter was measured to be worth, also where that is less than one would like."""

import json
from collections.abc import Sequence
from typing import Any

from labkit.compress.adapter import adapter_folder
from labkit.measure.table import Table


def adapter_elsewhere(dims: Sequence[int] = (32, 64, 128), *, shortlist: int = 100) -> Table:
    """nDCG@10 of plain cut, PCA and adapter on every collection the training script measured, with the adapter's lead.

    The figures are read from the file that the script wrote when it made the weights: classic test collections
    cannot be shipped with the course.

    Args:
        dims: numbers of dimensions to show.
        shortlist: 50, 100 or 200, of the funnel in the last column.

    Raises:
        ValueError: if something was not measured.
    """
    results = json.loads((adapter_folder() / "results.json").read_text(encoding="utf-8"))["collections"]
    rows = []
    for name, found in results.items():
        for dim in dims:
            try:
                rows.append(_row(name, found, dim, shortlist, first=dim == dims[0]))
            except KeyError as error:
                raise ValueError(f"{error} was not measured on {name}: dims {dims}, shortlist {shortlist}") from error
    header = (
        "collection (queries)",
        "dims",
        "plain cut",
        "PCA",
        "adapter",
        "adapter minus PCA",
        f"64-d funnel, {shortlist}",
    )
    caption = (
        "nDCG@10; in the last but one column its paired 95 % interval; in the last the share of full nDCG@10 kept."
    )
    return Table(header, tuple(rows), caption)


def _row(name: str, found: dict[str, Any], dim: int, shortlist: int, *, first: bool) -> tuple[str, ...]:
    quality = [found["quality"][method]["nDCG@10"][str(dim)][0] for method in ("raw", "PCA", "adapter")]
    mean, low, high = found["adapter_minus"]["PCA"]["nDCG@10"][str(dim)][:3]
    kept = found["funnel"]["adapter"][str(shortlist)]["share_of_full"]
    return (
        f"{name} ({found['queries']:,})" if first else "",
        str(dim),
        *(f"{value:.3f}" for value in quality),
        f"{mean:+.3f} ({low:+.3f} to {high:+.3f})",
        f"{kept:.1%}" if first else "",
    )
