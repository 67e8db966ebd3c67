"""The command line: `labkit <verb>`, or `python -m labkit <verb>`.

A verb is one function that takes the parsed arguments and returns the exit status; the first line of its docstring is its help.
Heavy modules are imported inside the verbs.
"""

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

Verb = Callable[[argparse.Namespace], int]


def doctor(options: argparse.Namespace) -> int:
    """Check this machine and say how to mend what is missing."""
    from labkit import checkup

    report = checkup.doctor()
    print(report)
    return 0 if report.ok else 1


def data(options: argparse.Namespace) -> int:
    """Build the collections and the drawing library now, instead of when a notebook first asks for them."""
    from labkit.data.collection import Collection
    from labkit.data.schematics import Schematics

    for name in ("plant", "pydocs"):
        print(Collection.load(name), flush=True)
    print(Schematics.load())
    return 0


def train(options: argparse.Namespace) -> int:
    """Train one of the project's own models again, and write its weights, measured results and card."""
    if options.model == "matryoshka":
        from labkit.train.matryoshka import train_matryoshka

        train_matryoshka(options.folder, report_on=options.report_on)
    elif options.model == "colbert":
        from labkit.train.colbert import train_colbert

        train_colbert(options.folder, report_on=options.report_on)
    else:
        from labkit.train.drawing_clip import train_drawing_clip

        train_drawing_clip(options.folder)
    return 0


def progress(options: argparse.Namespace) -> int:
    """Show how many exercises are solved, or write it to a CSV file for a teacher."""
    from labkit.lab.exercises.progress import progress as report

    print(report(export="csv" if options.csv else None))
    return 0


def instructor(options: argparse.Namespace) -> int:
    """Write the teacher's notebooks, with every solution in place of its stub."""
    from labkit.lab.exercises.edition import instructor as write

    for path in write(out=options.folder):
        print(path)
    return 0


def book(options: argparse.Namespace) -> int:
    """Execute the notebooks and write them as HTML pages that need neither kernel nor network."""
    from labkit.lab.book.build import book as write

    try:
        for path in write(options.names, out=options.folder):
            print(path, flush=True)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    """The parser with one sub-command per verb."""
    parser = argparse.ArgumentParser(prog="labkit", description="Tools of the embedding-search course.")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    _add(verbs, doctor)
    _add(verbs, data)
    training = _add(verbs, train)
    training.add_argument("model", choices=("matryoshka", "colbert", "drawing-clip"), help="which model")
    training.add_argument(
        "--folder", type=Path, help="where to write; by default over the committed files in data/models"
    )
    training.add_argument(
        "--report-on",
        type=Path,
        nargs="*",
        default=[],
        metavar="FOLDER",
        help="matryoshka, colbert: further collections in BEIR layout to measure on",
    )
    _add(verbs, progress).add_argument("--csv", action="store_true", help="write labkit-progress.csv here instead")
    teaching = _add(verbs, instructor)
    teaching.add_argument(
        "--folder", type=Path, default=Path("build/instructor"), help="where they go (build/instructor)"
    )
    pages = _add(verbs, book)
    pages.add_argument("names", nargs="*", metavar="NAME", help="such as 02_matryoshka; by default all notebooks")
    pages.add_argument("--folder", type=Path, default=Path("build/book"), help="where the pages go (build/book)")
    return parser


def _add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", verb: Verb) -> argparse.ArgumentParser:
    """Add a verb under its function's name and return its parser, for its own options."""
    summary = (verb.__doc__ or "").splitlines()[0]
    sub = verbs.add_parser(verb.__name__, help=summary, description=summary)
    sub.set_defaults(verb=verb)
    return sub


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status of the verb that the command line names; 1, and a line that says why, where a file or folder is unusable.

    Args:
        arguments: the words after `labkit`; by default those the program was started with.
    """
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a Windows console may not know every sign that is printed
    try:
        status: int = options.verb(options)
    except OSError as error:
        said = f"cannot use {error.filename}: {error.strerror}" if error.filename else error
        print(f"labkit {options.verb.__name__}: {said}", file=sys.stderr)
        return 1
    return status
