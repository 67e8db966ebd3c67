"""The heat-map that a reader can click: one small widget, its script and style beside this file, nothing fetched."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from labkit.lab.heatmap import match_table
from labkit.lab.heatmap_lab import HeatLab

_HERE = Path(__file__).parent


class HeatMap(anywidget.AnyWidget):  # type: ignore[misc]
    """Query tokens against document tokens, two documents side by side.

    Attributes:
        query: the text asked; setting it searches.
        documents: positions of the documents shown; setting it redraws.
        view: what the page draws, see `HeatLab.view`, and as `answer` how many views there were: only a view that
            differs from the one before is sent, and the page waits for one.
    """

    _esm = (_HERE / "heatmap.js").read_text(encoding="utf-8")
    _css = (_HERE / "heatmap.css").read_text(encoding="utf-8")
    query = traitlets.Unicode().tag(sync=True)
    documents = traitlets.List(traitlets.Int()).tag(sync=True)
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, lab: HeatLab, query: str) -> None:
        """Show a query."""
        self._lab = lab
        self._answers = count()
        view = self._answer(query)
        super().__init__(query=query, documents=view.get("shown", []), view=view)
        self.observe(self._asked, names="query")
        self.observe(self._chosen, names="documents")

    def _answer(self, query: str, documents: Sequence[int] = ()) -> dict[str, Any]:
        return {**self._lab.view(query, documents), "answer": next(self._answers)}

    def _asked(self, _: object) -> None:
        self.view = self._answer(self.query)
        # The choice follows the new hits; `_chosen` sees that they are shown already.
        self.documents = self.view.get("shown", [])

    def _chosen(self, _: object) -> None:
        if self.documents and self.documents != self.view.get("shown"):
            self.view = self._answer(self.query, self.documents)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401
        """The widget, and behind it the plain table, for pages and front ends that run no widgets."""
        made = super()._repr_mimebundle_(**kwargs)
        data, metadata = made if isinstance(made, tuple) else (made, {})
        return {**data, "text/html": self.fallback(), "text/plain": str(self.table())}, metadata

    def table(self) -> Any:  # noqa: ANN401
        """What is shown, as a table; the message as a text if there is no picture."""
        if "shown" not in self.view:
            return self.view["message"]
        return match_table(*self._lab.sides(self.query, self.view["shown"]))

    def fallback(self) -> str:
        """What is shown, as plain HTML."""
        import html

        shown = self.table()
        body = f"<p>{html.escape(shown)}</p>" if isinstance(shown, str) else shown._repr_html_()
        return f"<p>Query: <b>{html.escape(self.query)}</b></p>{body}"


def heatmap_explorer(lab: HeatLab, query: str) -> HeatMap:
    """The heat-map of a query: type another, choose the two documents, click a query token to see where it matched.

    Args:
        lab: encoder, collection, token vectors and searchers.
        query: what is asked first.
    """
    return HeatMap(lab, query)
