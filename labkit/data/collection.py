"""A collection: documents, queries, and judgements of which document answers which query.

On disk it has the layout of the BEIR benchmark (Thakur et al., arXiv 2104.08663), so that any BEIR data set can be read:

    corpus.jsonl      {"_id": "d1", "title": "Check valve", "text": "It lets water pass one way only."}
    queries.jsonl     {"_id": "q1", "text": "one-way valve", "kind": "paraphrase"}
    qrels/test.tsv    query-id <TAB> corpus-id <TAB> score
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from labkit import settings

Qrels = dict[str, dict[str, int]]


@dataclass(frozen=True, eq=False)
class Collection:
    """Documents, queries and graded judgements. Positions (0, 1, 2 ...) are what `Hits.ids` refer to.

    Attributes:
        name: what figures and tables call it.
        doc_ids: one id a document.
        titles: one title a document, "" where it has none.
        texts: one body text a document.
        types: one type a document (`procedure`, `alarm` ...), "" where it has none.
        query_ids: one id a query.
        queries: the query texts.
        kinds: one kind a query (`paraphrase`, `code` ...), "" where it has none.
        qrels: query id -> {document id: grade}; 0 is judged and not relevant, larger is better.

    Raises:
        TypeError: if a column is not a list of texts.
        ValueError: if columns differ in length, an id occurs twice, or a judgement names an id that is not there.
    """

    name: str
    doc_ids: list[str]
    titles: list[str]
    texts: list[str]
    types: list[str] = field(default_factory=list)
    query_ids: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    qrels: Qrels = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fill in absent types and kinds; refuse what does not fit together."""
        for name in ("doc_ids", "titles", "texts", "types", "query_ids", "queries", "kinds"):
            object.__setattr__(self, name, _texts(name, getattr(self, name)))
        for name, values, wanted in (("types", self.types, self.doc_ids), ("kinds", self.kinds, self.query_ids)):
            if not values:
                object.__setattr__(self, name, [""] * len(wanted))
        columns = {name: len(getattr(self, name)) for name in ("doc_ids", "titles", "texts", "types")}
        if len(set(columns.values())) > 1:
            raise ValueError(f"a collection needs one title, text and type a document, but has {columns}")
        columns = {name: len(getattr(self, name)) for name in ("query_ids", "queries", "kinds")}
        if len(set(columns.values())) > 1:
            raise ValueError(f"a collection needs one text and kind a query, but has {columns}")
        _refuse_unknown(self.qrels, _unique("document", self.doc_ids), _unique("query", self.query_ids))

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.doc_ids)

    def __repr__(self) -> str:
        """Name and sizes."""
        judged = sum(len(grades) for grades in self.qrels.values())
        return (
            f"Collection {self.name!r}: {len(self):,} documents, {len(self.queries):,} queries, {judged:,} judgements"
        )

    @cached_property
    def documents(self) -> list[str]:
        """What encoders and BM25 read: title and text, one string a document."""
        return [f"{title} {text}".strip() for title, text in zip(self.titles, self.texts, strict=True)]

    @cached_property
    def positions(self) -> dict[str, int]:
        """Document id -> its position."""
        return {doc_id: position for position, doc_id in enumerate(self.doc_ids)}

    def relevance(self) -> list[dict[int, int]]:
        """Per query, in the order of `queries`: {document position: grade}, only grades of at least 1.

        Example:
            >>> shop = Collection("shop", ["a", "b"], ["", ""], ["red shoe", "blue hat"],
            ...                   query_ids=["q"], queries=["hat"], qrels={"q": {"b": 2, "a": 0}})
            >>> shop.relevance()
            [{1: 2}]
        """
        return [
            {self.positions[doc_id]: grade for doc_id, grade in self.qrels.get(query_id, {}).items() if grade >= 1}
            for query_id in self.query_ids
        ]

    def with_queries(self, keep: Sequence[int]) -> "Collection":
        """The same documents with only the queries at the positions `keep`, in that order.

        Example:
            >>> shop = Collection("shop", ["a"], [""], ["hat"], query_ids=["p", "q"], queries=["cap", "hat"])
            >>> shop.with_queries([1]).queries
            ['hat']
        """
        query_ids = [self.query_ids[i] for i in keep]
        return replace(
            self,
            query_ids=query_ids,
            queries=[self.queries[i] for i in keep],
            kinds=[self.kinds[i] for i in keep],
            qrels={query_id: self.qrels[query_id] for query_id in query_ids if query_id in self.qrels},
        )

    @classmethod
    def load(cls, name: str) -> "Collection":
        """One of the course's own collections.

        Args:
            name: `"plant"` (maintenance handbook of a fictional desalination plant) or `"pydocs"` (docstrings of
                the packages installed here: built once in about half a minute, then cached on disk).

        Raises:
            ValueError: if there is no collection of that name.
        """
        if name == "plant":
            return cls.from_beir(settings.repo_data_dir() / "plant", name="plant")
        if name == "pydocs":
            from labkit.data import pydocs

            return pydocs.load()
        raise ValueError(
            f"no collection {name!r}: load 'plant' or 'pydocs', or read your own with Collection.from_folder(folder) "
            "or Collection.from_beir(folder)"
        )

    @classmethod
    def from_beir(cls, folder: str | Path, *, name: str | None = None, split: str = "test") -> "Collection":
        """A collection in BEIR layout. Queries without a relevant document in `qrels/<split>.tsv` are left out.

        Raises:
            FileNotFoundError: if a file is missing.
            ValueError: if a line is damaged; the message names the file and the line.
        """
        from labkit.data import beir

        folder = Path(folder)
        documents = beir.read_documents(folder / "corpus.jsonl")
        queries = beir.read_queries(folder / "queries.jsonl")
        qrels = beir.read_qrels(
            folder / "qrels" / f"{split}.tsv", {query.id for query in queries}, {document.id for document in documents}
        )
        judged = [query for query in queries if any(grade >= 1 for grade in qrels.get(query.id, {}).values())]
        return cls(
            name=name or folder.resolve().name,
            doc_ids=[document.id for document in documents],
            titles=[document.title for document in documents],
            texts=[document.text for document in documents],
            types=[document.type for document in documents],
            query_ids=[query.id for query in judged],
            queries=[query.text for query in judged],
            kinds=[query.kind for query in judged],
            qrels={query.id: qrels[query.id] for query in judged},
        )

    def to_beir(self, folder: str | Path) -> Path:
        """Write the collection in BEIR layout into a new folder and return its path.

        Raises:
            FileExistsError: if the folder exists; nothing is ever overwritten.
        """
        from labkit.data import beir

        return beir.write(self, Path(folder))

    @classmethod
    def from_folder(cls, folder: str | Path, *, max_words: int = 120) -> "Collection":
        """Your own files as a collection without queries: text, Markdown and notebooks, cut into passages.

        Passages follow headings and paragraphs and have at most `max_words` words. A file that is not text is
        left out with a warning that names it.

        Raises:
            FileNotFoundError: if the folder is missing or holds no file that can be read.
        """
        from labkit.data import folder as folder_reader

        return folder_reader.read(Path(folder), max_words=max_words)


def _texts(name: str, values: Sequence[str]) -> list[str]:
    if isinstance(values, str | bytes):
        raise TypeError(f"{name} should be a list of texts, but is one text: {values[:40]!r}")
    listed = list(values)
    for position, value in enumerate(listed):
        if not isinstance(value, str):
            raise TypeError(f"{name} should hold texts, but position {position} holds {value!r:.60}")
    return listed


def _unique(what: str, ids: list[str]) -> set[str]:
    known = set(ids)
    if len(known) < len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        raise ValueError(f"{what} ids should be unique, but {twice!r} occurs {ids.count(twice)} times")
    return known


def _refuse_unknown(qrels: Qrels, documents: set[str], queries: set[str]) -> None:
    for query_id, grades in qrels.items():
        if query_id not in queries:
            raise ValueError(f"there are judgements for the query {query_id!r}, but no query has that id")
        unknown = next((doc_id for doc_id in grades if doc_id not in documents), None)
        if unknown is not None:
            raise ValueError(f"query {query_id!r} has a judgement of {unknown!r}, but no document has that id")
