"""The facts of the fictional plant, which its documents are held to (`labkit.data.plant_checks`).

``data/plant/plant.yaml`` says what every tag, alarm code and part number is. :func:`load_facts` reads that
file and refuses one that contradicts itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMING_TAGS = ("alarms", "procedures", "incidents")
SECTIONS = ("areas", "equipment", *NAMING_TAGS, "safety_rules", "assistant")


@dataclass(frozen=True)
class Facts:
    """What ``plant.yaml`` says, looked up by tag and code.

    Attributes:
        known: per kind of token (tag, alarm code, part number, ...), the names that exist.
        area: tag -> area code.
        area_names: lower-case area name -> area code.
        alarm_tags: alarm code -> tags it belongs to.
        part_tags: part number -> tags it fits.
        procedure_tags: procedure number -> tags it is about.
        incident_dates: incident number -> ISO date.
        figures: tag -> all text that states a figure about it.
    """

    known: Mapping[str, frozenset[str]]
    area: Mapping[str, str]
    area_names: Mapping[str, str]
    alarm_tags: Mapping[str, frozenset[str]]
    part_tags: Mapping[str, frozenset[str]]
    procedure_tags: Mapping[str, frozenset[str]]
    incident_dates: Mapping[str, str]
    figures: Mapping[str, str]


def _line(path: Path, key: str) -> str:
    """Return ``file:line`` of the first line that mentions a key."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip().startswith(f"{key}:"):
            return f"{path.name}:{number}"
    return path.name


def _read(path: Path) -> dict[str, Any]:
    """Return the sections of a facts file that is whole YAML."""
    import yaml

    if not path.is_file():
        msg = f"no plant facts at {path}: give the path of data/plant/plant.yaml in a checkout of this project"
        raise FileNotFoundError(msg)
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        msg = f"{path.name}:{line}: not valid YAML ({error.problem})"
        raise ValueError(msg) from error
    sections: dict[str, Any] = raw if isinstance(raw, dict) else {}
    for key in SECTIONS:
        if key not in sections:
            msg = f"{path.name}: section {key!r} is missing, wanted all of {', '.join(SECTIONS)}"
            raise ValueError(msg)
    return sections


def _refuse_contradictions(raw: Mapping[str, Any], path: Path) -> None:
    for tag, item in raw["equipment"].items():
        absent = [field for field in ("type", "name", "area", "set", "parts") if field not in item]
        if absent:
            msg = f"{_line(path, tag)}: equipment {tag} has no {absent[0]!r}"
            raise ValueError(msg)
        if item["area"] not in raw["areas"]:
            msg = f"{_line(path, tag)}: equipment {tag} stands in area {item['area']!r}, which is not listed in areas"
            raise ValueError(msg)
    for section in NAMING_TAGS:
        for name, item in raw[section].items():
            strange = [tag for tag in item["tags"] if tag not in raw["equipment"]]
            if strange:
                msg = f"{_line(path, name)}: {name} names the tag {strange[0]!r}, which no equipment has"
                raise ValueError(msg)


def load_facts(path: Path) -> Facts:
    """Return the plant's facts, checked for contradictions.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not valid YAML, a section is missing, or an alarm, procedure or incident names a tag
            or area that no equipment has. The message gives the line.
    """
    raw = _read(path)
    _refuse_contradictions(raw, path)
    equipment: dict[str, dict[str, Any]] = raw["equipment"]
    figures = {tag: f"{item['set']} {item['parts']}" for tag, item in equipment.items()}
    for section in NAMING_TAGS:
        for item in raw[section].values():
            for tag in item["tags"]:
                figures[tag] += f" {item}"
    part_tags: dict[str, set[str]] = {}
    for tag, item in equipment.items():
        for part in item["parts"]:
            part_tags.setdefault(part, set()).add(tag)
    return Facts(
        known={
            "tag": frozenset(equipment),
            "alarm code": frozenset(raw["alarms"]),
            "part number": frozenset(part_tags),
            "procedure": frozenset(raw["procedures"]),
            "incident": frozenset(raw["incidents"]),
            "safety rule": frozenset(raw["safety_rules"]),
            "area": frozenset(raw["areas"]),
            "model": frozenset(raw["assistant"]["models"]),
        },
        area={tag: item["area"] for tag, item in equipment.items()},
        area_names={item["name"].split(" (")[0].lower(): code for code, item in raw["areas"].items()},
        alarm_tags={code: frozenset(item["tags"]) for code, item in raw["alarms"].items()},
        part_tags={part: frozenset(tags) for part, tags in part_tags.items()},
        procedure_tags={name: frozenset(item["tags"]) for name, item in raw["procedures"].items()},
        incident_dates={name: str(item["date"]) for name, item in raw["incidents"].items()},
        figures=figures,
    )
