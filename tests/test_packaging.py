"""pyproject.toml, environment.yml and constraints.txt must describe one and the same environment."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec, Version, VersionSpec

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA_NAMES = {"torch": "pytorch-cpu", "lazy-loader": "lazy_loader"}
NOT_OURS = {"python", "pip", "setuptools"}

COURSE = [Requirement(text) for text in PROJECT["dependencies"]]
DEV = [Requirement(text) for text in PROJECT["optional-dependencies"]["dev"]]


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9A-Za-z.!]+)", line) for line in lines if not line.startswith("#")]
    assert all(found), "constraints.txt holds something else than name==version"
    return {canonicalize_name(pin[1]): pin[2] for pin in found if pin}


def environment() -> tuple[dict[str, MatchSpec], dict[str, Requirement]]:
    document = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert set(document) == {"name", "channels", "dependencies"}
    (pip,) = (entry["pip"] for entry in document["dependencies"] if isinstance(entry, dict))
    specs = [MatchSpec(entry, strict=True) for entry in document["dependencies"] if isinstance(entry, str)]
    return (
        {spec.name.normalized: spec for spec in specs},
        {canonicalize_name(need.name): need for need in map(Requirement, pip)},
    )


@pytest.mark.parametrize("need", COURSE + DEV, ids=str)
def test_each_dependency_is_pinned_within_its_range(need):
    pin = pins().get(canonicalize_name(need.name))
    assert pin is not None, f"{need.name} is not in constraints.txt: run `python3 start.py lock`"
    assert need.specifier.contains(pin), f"constraints.txt pins {need.name}=={pin}, pyproject.toml wants {need}"


@pytest.mark.parametrize("need", COURSE, ids=str)
def test_each_course_dependency_is_in_the_conda_environment_with_the_same_range(need):
    conda, pip = environment()
    name = canonicalize_name(need.name)
    if name in pip:
        assert pip[name].specifier == need.specifier
        return
    spec = conda.get(CONDA_NAMES.get(name, name))
    assert spec is not None, f"{need.name} is missing from environment.yml"
    assert SpecifierSet(str(spec.version)) == need.specifier, f"environment.yml: {spec}; pyproject.toml: {need}"
    assert VersionSpec(str(spec.version)).matches(Version(pins()[name])), f"{spec} excludes the pin {pins()[name]}"


def test_the_conda_environment_holds_nothing_that_nobody_needs():
    conda, pip = environment()
    wanted = {CONDA_NAMES.get(canonicalize_name(need.name), canonicalize_name(need.name)) for need in COURSE}
    # Besides: what the packages of the pip section need, so that pip does not bring a second copy.
    for name in pip:
        for text in importlib.metadata.requires(name) or []:
            need = Requirement(text)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                wanted.add(canonicalize_name(need.name))
    assert set(conda) - wanted - NOT_OURS == set()
    assert set(pip) <= {canonicalize_name(need.name) for need in COURSE}


def test_the_three_agree_on_python():
    conda, _ = environment()
    assert SpecifierSet(PROJECT["requires-python"]) == SpecifierSet(str(conda["python"].version))
    supported = re.search(r"^SUPPORTED = (.+)$", (ROOT / "start.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert supported
    for version in [(3, minor) for minor in range(9, 16)]:
        inside = SpecifierSet(PROJECT["requires-python"]).contains(".".join(map(str, version)))
        assert inside == (version in ast.literal_eval(supported[1]))


def test_the_pins_suit_the_oldest_supported_python():
    """Debian and Ubuntu stay with an early 3.11: a pin that wants a later one would stop their users at the door."""
    for name, pin in pins().items():
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        wants = SpecifierSet(package.metadata.get("Requires-Python") or "")
        remedy = f"install an older {name} into .venv, then `python3 start.py lock`"
        assert package.version.partition("+")[0] != pin or wants.contains("3.11.0"), f"{name} wants {wants}: {remedy}"


@pytest.mark.parametrize("name", ["constraints.txt", "environment.yml", "pyproject.toml"])
def test_no_file_ties_a_class_to_one_registry_or_one_machine(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?://|file:|(?m:^)(-i|--index|--extra-index|--find-links)|\s@\s", text)


def test_import_loads_nothing_heavy():
    code = "import labkit, sys; print(*{'torch', 'numba', 'numpy', 'IPython', 'plotly'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.split() == []


def test_every_public_name_loads():
    import labkit

    assert labkit.__all__
    for name in labkit.__all__:
        assert getattr(labkit, name) is not None
