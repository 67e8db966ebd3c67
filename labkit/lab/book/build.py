"""The course as a book: the learners' notebooks, executed, as HTML pages that need neither kernel nor network.

Answers and progress of whoever makes it stay out: the kernel of a book has none (`exercises.store`).
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from labkit.files import write_whole
from labkit.lab.book.frozen import freeze
from labkit.lab.book.maths import markdown_to_html
from labkit.lab.book.page import PLOTLY_JS, page
from labkit.lab.book.private import hide_home
from labkit.lab.exercises import store
from labkit.settings import repo_data_dir

SECONDS_A_CELL = 600


def book(names: Sequence[str] = (), folder: str | Path | None = None, out: str | Path = "build/book") -> Iterator[Path]:
    """Execute notebooks and write one page each, and an index of all pages there; yields each page's path as it is done.

    Args:
        names: stems such as "02_matryoshka"; by default all notebooks.
        folder: where the notebooks are; by default the checkout's.
        out: where the pages go.

    Raises:
        FileNotFoundError: if there is no such notebook.
        RuntimeError: if a cell raises or takes longer than `SECONDS_A_CELL`; it names the notebook.
    """
    source = Path(folder) if folder else repo_data_dir().parent / "notebooks"
    known = {path.stem: path for path in sorted(source.glob("*.ipynb"))}
    wanted = list(names) or list(known)
    missing = [name for name in wanted if name not in known]
    if missing or not known:
        raise FileNotFoundError(f"no notebook {', '.join(missing)} in {source}; there are {', '.join(known) or 'none'}")
    target = Path(out)
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_plotly_js(), target / PLOTLY_JS)
    pages = [name for name in known if name in wanted or (target / f"{name}.html").is_file()]
    for name in wanted:
        notebook, place = execute(known[name]), pages.index(name)
        links = [("index.html", "Contents")]
        links += [(f"{other}.html", other) for other in pages[max(place - 1, 0) : place + 2] if other != name]
        write_whole(target / f"{name}.html", page(heading(notebook)[0], body(notebook), links))
        yield target / f"{name}.html"
    write_whole(target / "index.html", _index(known[name] for name in pages))
    yield target / "index.html"


def _index(notebooks: Iterable[Path]) -> str:
    import nbformat

    contents = []
    for path in notebooks:
        title, promise = heading(nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
        contents.append(f'<li><a href="{path.stem}.html">{title}</a><br>{promise}</li>')
    told = "Executed notebooks to read. To try things out, open them in JupyterLab: <code>python3 start.py</code>."
    text = f"<h1>Embedding search, hands on</h1><p>{told}</p><ul>{''.join(contents)}</ul>"
    return page("Embedding search, hands on", text, [], figures=False)


def execute(path: Path) -> Any:  # noqa: ANN401
    """The executed notebook, its widgets' last state included.

    Raises:
        RuntimeError: if a cell raises, takes longer than `SECONDS_A_CELL`, or ends its kernel.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    resources = {"metadata": {"path": str(path.parent)}}
    try:
        client = NotebookClient(notebook, timeout=SECONDS_A_CELL, kernel_name="python3", resources=resources)
        client.execute(env={**os.environ, store.BOOK: "1"})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise RuntimeError(f"{path.name} did not run to its end; open it and mend this cell:\n{error}") from error
    return notebook


def body(notebook: Any) -> str:  # noqa: ANN401
    """The HTML of an executed notebook, to be put into a page."""
    from nbconvert import HTMLExporter

    freeze(notebook)
    hide_home(notebook)
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True
    )
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            # Already HTML, which Markdown passes on as it is; the blank lines would end an HTML block.
            cell.source = re.sub(r"\n\s*\n", "\n", f"<div>{markdown_to_html(cell.source)}</div>")
    text: str = exporter.from_notebook_node(notebook)[0]
    return re.sub(r'href="(?:\./)?(\w+)\.ipynb"', r'href="\1.html"', text)


def heading(notebook: Any) -> tuple[str, str]:  # noqa: ANN401
    """Title and promise of a notebook: its first heading, and the paragraph that follows as HTML."""
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    lines = [line for line in first.splitlines() if line.strip()]
    title = lines[0].lstrip("# ").strip() if lines else "Notebook"
    promise = markdown_to_html(lines[1]) if len(lines) > 1 and not lines[1].startswith(("#", "|")) else ""
    return title, promise


def _plotly_js() -> Path:
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("plotly is not installed; run `python3 start.py install`")
    return Path(spec.origin).parent / "package_data" / PLOTLY_JS
