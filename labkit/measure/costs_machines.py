"""From bytes to machines and money, under assumptions that are all written down and all yours to change.

The figures below are round numbers for the arithmetic, not anybody's prices: put in what you pay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import ceil

from labkit.measure.costs import Design
from labkit.measure.latency import human_bytes
from labkit.measure.table import Table

_GB = 1e9


@dataclass(frozen=True)
class Assumptions:
    """What a machine is and costs.

    Attributes:
        memory_gb: memory of a machine, GB.
        disk_gb: SSD of a machine, GB.
        usable: share of both that the collection may fill; the rest is for the system, updates and growth.
        memory_price: of a GB of memory a month.
        disk_price: of a GB of SSD a month.
        machine_price: of a machine a month, without memory and disk.
        read_us: microseconds of one random read of 4 kB from SSD.
        reads_together: such reads that are under way at the same time.
    """

    memory_gb: float = 256
    disk_gb: float = 4000
    usable: float = 0.75
    memory_price: float = 3.0
    disk_price: float = 0.1
    machine_price: float = 100.0
    read_us: float = 100.0
    reads_together: int = 32

    def __post_init__(self) -> None:
        """Refuse what no machine is."""
        for field in fields(self):
            value = getattr(self, field.name)
            free = field.name.endswith("price")
            if not (value >= 0 if free else value > 0):
                raise ValueError(f"{field.name} should be {'0 or more' if free else 'above 0'}, but is {value}")
        if self.usable > 1:
            raise ValueError(f"usable is a share, at most 1, but is {self.usable}")

    def table(self) -> Table:
        """Every assumption with its value."""
        meaning = {
            "memory_gb": "memory of a machine, GB",
            "disk_gb": "SSD of a machine, GB",
            "usable": "share of both that the collection may fill",
            "memory_price": "a GB of memory, a month",
            "disk_price": "a GB of SSD, a month",
            "machine_price": "a machine without memory and disk, a month",
            "read_us": "one random read of 4 kB from SSD, microseconds",
            "reads_together": "reads under way at the same time",
        }
        rows = tuple((text, name, f"{getattr(self, name):g}") for name, text in meaning.items())
        caption = "Round numbers for the arithmetic, in a currency of your choice: put in your own."
        return Table(("assumption", "name", "value"), rows, caption)


def machines(design: Design, assumptions: Assumptions) -> int:
    """How many machines hold the collection: as many as memory or disk asks for, whichever is more, for each copy.

    Example:
        >>> from labkit.measure.costs import vector_part
        >>> machines(Design("flat", 1_000_000_000, (vector_part(1536),)), Assumptions())  # 6,144 GB / 192 GB
        32
    """
    share = assumptions.usable * _GB * design.replicas
    memory, disk = design.bytes_in("memory"), design.bytes_in("disk")
    copy = max(1, ceil(memory / (assumptions.memory_gb * share)), ceil(disk / (assumptions.disk_gb * share)))
    return copy * design.replicas


def monthly_cost(design: Design, assumptions: Assumptions) -> float:
    """What the collection costs a month: its bytes at their place (with the part kept free), and the machines.

    Example:
        >>> from labkit.measure.costs import vector_part
        >>> a = Assumptions(usable=1, memory_price=2, machine_price=0)
        >>> monthly_cost(Design("flat", 1_000_000_000, (vector_part(1536),)), a)
        12288.0
    """
    memory, disk = (design.bytes_in(place) / assumptions.usable / _GB for place in ("memory", "disk"))
    held = memory * assumptions.memory_price + disk * assumptions.disk_price
    return held + machines(design, assumptions) * assumptions.machine_price


def read_ms(candidates: int, row_bytes: int, assumptions: Assumptions) -> float:
    """Milliseconds to fetch the candidates' rows from SSD: pages of 4 kB, many reads under way at a time.

    Rows of 1,536 bytes begin at a multiple of 512 and so on: a row lies in `1 + (row - step) / 4096` pages on average,
    where `step` is the largest power of two that divides its length, at most 4,096.

    Example:
        >>> read_ms(1000, 1536, Assumptions(read_us=100, reads_together=10))
        12.5
    """
    step = min(4096, row_bytes & -row_bytes)
    pages = 1 + (row_bytes - step) / 4096
    return candidates * pages * assumptions.read_us / assumptions.reads_together / 1000


def compare_designs(designs: Sequence[Design], assumptions: Assumptions) -> Table:
    """A line a design: memory, disk, machines and monthly cost."""
    rows = tuple(
        (
            design.name,
            human_bytes(design.bytes_in("memory")),
            human_bytes(design.bytes_in("disk")),
            f"{machines(design, assumptions):,}",
            f"{monthly_cost(design, assumptions):,.0f}",
        )
        for design in designs
    )
    first = designs[0]
    caption = f"{first.n:,} documents, {first.replicas} cop{'y' if first.replicas == 1 else 'ies'}; cost a month."
    return Table(("design", "in memory", "on disk", "machines", "cost"), rows, caption)
