"""What the heat-map shows for a query: the documents found, and how its tokens matched in two of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from labkit.data.collection import Collection
from labkit.lab.heatmap import Matches, matches
from labkit.models.token_vectors import TokenVectors
from labkit.models.tokens_reading import is_frame
from labkit.search.retriever import Searcher


class TokenReader(Protocol):
    """A token encoder that can also say which tokens its vectors stand for."""

    def encode_queries(self, texts: Sequence[str]) -> TokenVectors:
        """The token vectors of each query."""

    def query_tokens(self, text: str) -> list[str]:
        """The tokens of a query, one for each of its vectors."""

    def document_tokens(self, text: str) -> list[str]:
        """The tokens of a document, one for each of its vectors."""


class HeatLab:
    """A token encoder, a collection with its token vectors, and the searchers whose hits are looked at."""

    def __init__(
        self,
        encoder: TokenReader,
        collection: Collection,
        documents: TokenVectors,
        searchers: Mapping[str, Searcher],
        *,
        k: int = 5,
    ) -> None:
        """Join them.

        Args:
            encoder: the encoder that made `documents`.
            collection: the texts.
            documents: their token vectors.
            searchers: name -> searcher; the best hit of the first stands on the left, of the second on the right.
            k: how many hits of each searcher can be chosen.

        Raises:
            ValueError: if there is no searcher, or other than one set of token vectors a document.
        """
        if not searchers:
            raise ValueError("there is no searcher whose hits could be looked at; pass {name: searcher}")
        if len(documents) != len(collection):
            raise ValueError(f"{len(collection)} documents came with the token vectors of {len(documents)}")
        self.encoder, self.collection, self.documents = encoder, collection, documents
        self.searchers, self.k = dict(searchers), k

    def found(self, query: str) -> dict[int, str]:
        """The documents that the searchers found, and the ranks they gave them, such as "MaxSim 1, MiniLM 4"."""
        ranks: dict[int, list[str]] = {}
        for name, searcher in self.searchers.items():
            for rank, (document, _) in enumerate(next(iter(searcher.search([query], self.k))), 1):
                ranks.setdefault(document, []).append(f"{name} {rank}")
        return {document: ", ".join(each) for document, each in ranks.items()}

    def first_two(self, query: str) -> list[int]:
        """The best hit of the first searcher, and the best one of the last searcher that is another document."""
        found = list(self.found(query))
        if not found:
            return []
        last = list(self.searchers.values())[-1]
        others = [document for document, _ in next(iter(last.search([query], self.k))) if document != found[0]]
        return [found[0], *(others or found[1:])[:1]]

    def sides(self, query: str, documents: Sequence[int]) -> tuple[list[str], list[Matches]]:
        """The query's tokens, and for each of some documents how they matched."""
        vectors = self.encoder.encode_queries([query])[0]
        tokens = self.encoder.query_tokens(query)
        sides = []
        for document in documents:
            pieces = self.encoder.document_tokens(self.collection.documents[document])
            title = self.collection.titles[document] or self.collection.doc_ids[document]
            sides.append(matches(vectors, self.documents[document], pieces, title=title))
        return tokens, sides

    def view(self, query: str, documents: Sequence[int] = ()) -> dict[str, Any]:
        """What the page needs to draw, as JSON: tokens, similarities in hundredths, winners, and what can be chosen.

        An error becomes a sentence: a front end swallows what a callback raises, and the reader would see nothing change.

        Args:
            query: any text.
            documents: the positions of the documents to show; by default `first_two`.
        """
        if not query.strip():
            return {"message": "Type a query and press Enter."}
        try:
            return self._view(query, [int(document) for document in documents])
        except Exception as error:
            return {"message": f"This query could not be drawn: {type(error).__name__}: {error}"}

    def _view(self, query: str, documents: list[int]) -> dict[str, Any]:
        found = self.found(query)
        shown = documents or self.first_two(query)
        if not shown:
            return {"message": "Nothing was found. Try other words."}
        tokens, sides = self.sides(query, shown)
        titles = self.collection.titles
        options = [
            {"id": document, "label": f"{ranks}: {titles[document] or self.collection.doc_ids[document]}"}
            for document, ranks in found.items()
        ]
        return {
            "query": tokens,
            "options": options,
            "shown": shown,
            "start": first_word(tokens),
            "sides": [
                {
                    "title": side.title,
                    "found": found.get(document, "not among the hits"),
                    "tokens": list(side.tokens),
                    "cells": np.rint(100 * side.similarities).astype(int).tolist(),
                    "winners": side.winners.tolist(),
                    "best": [round(float(value), 2) for value in side.best],
                    "score": round(side.score, 2),
                }
                for document, side in zip(shown, sides, strict=True)
            ],
        }


def first_word(tokens: Sequence[str]) -> int:
    """The position of the first token that is no frame token such as `[CLS]`; 0 if there is none.

    Example:
        >>> first_word(["[CLS]", "pump", "[SEP]"])
        1
    """
    return next((i for i, token in enumerate(tokens) if not is_frame(token)), 0)
