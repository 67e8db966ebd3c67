"""An encoder that asks a vendor: the texts are sent over the internet, and someone pays for it."""

import re
import weakref
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from labkit.checks import Vectors
from labkit.models.api.answers import unit_vectors
from labkit.models.api.estimate import Estimate, estimated
from labkit.models.api.keys import check_key
from labkit.models.api.tokens import batches, cut
from labkit.models.api.transport import open_client, post_json
from labkit.models.api.vendor import ApiModel, Ask, Role, Vendor
from labkit.models.memory import may_remember
from labkit.models.store import VectorStore, open_store, remembered, text_key
from labkit.models.texts import check_texts

if TYPE_CHECKING:
    import httpx


class ApiEncoder:
    """Encodes texts through a vendor's API.

    Attributes:
        name: the vendor, the model, and what was chosen, as `cohere/embed-v4.0@256-int8`.
        dim: numbers in a vector.
        max_tokens: longer texts are cut here.
        fingerprint: changes whenever labkit could tell that the numbers do; a vendor can change a model unseen.
        budget: most US dollars that one call may cost; a dearer one is refused before anything is sent.
    """

    def __init__(
        self,
        vendor: Vendor,
        model: ApiModel,
        *,
        dimensions: int | None,
        precision: str,
        base_url: str,
        cache: bool,
        budget: float,
    ) -> None:
        """Set up an encoder; see `load_api_encoder`, which checks what is handed in here."""
        self._vendor, self._model = vendor, model
        self._ask = partial(Ask, model.name, dimensions=dimensions, output=vendor.outputs[precision])
        self._url = base_url.rstrip("/") + vendor.path
        self._client: httpx.Client | None = None
        self.budget, self.max_tokens = budget, model.max_tokens
        self.dim = dimensions or model.dim or self._found_dim()
        chosen = "-".join([str(dimensions)] * (dimensions is not None) + [precision] * (precision != "float32"))
        self.name = re.sub(r"[^\w.@/-]", "-", f"{vendor.name}/{model.name}") + (f"@{chosen}" if chosen else "")
        self.fingerprint = f"{self.name}/{model.name}/{self.dim}/{precision}/{self._url}/{self.max_tokens}/v1"
        self._store: VectorStore | None = None
        if cache:
            self._store = open_store("embeddings", self.name, self.fingerprint, self.dim)

    def __repr__(self) -> str:
        """The encoder's name and where it sends texts."""
        return f"ApiEncoder({self.name!r}, dim={self.dim}, url={self._url!r})"

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a document, `(n, dim)` float32. The estimated cost is printed before anything is sent.

        Vectors in int8 or binary precision come as the float32 numbers that they stand for, made unit length.

        Raises:
            TypeError: if `texts` is not a list of str.
            ValueError: if a text is empty, the call would cost more than the budget, or the vendor does not accept it.
            PermissionError: if the key is missing or not accepted, or the account has nothing left.
            ConnectionError: if the vendor cannot be reached, is too slow or too busy; what came before is remembered.
        """
        return self._encode("document", texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a query, `(n, dim)` float32; otherwise as `encode_documents`.

        Raises:
            TypeError: if `texts` is not a list of str.
            ValueError: if a text is empty, the call would cost more than the budget, or the vendor does not accept it.
            PermissionError: if the key is missing or not accepted, or the account has nothing left.
            ConnectionError: if the vendor cannot be reached, is too slow or too busy.
        """
        return self._encode("query", texts)

    def estimate(self, texts: Sequence[str], role: Role = "document") -> Estimate:
        """What encoding these texts would send and about cost; nothing is sent. Remembered texts cost nothing.

        Raises:
            TypeError: if `texts` is not a list of str.
            ValueError: if a text is empty.
        """
        return self._estimate(role, self._prepared(texts))

    def _estimate(self, role: Role, texts: list[str]) -> Estimate:
        wanted = texts
        if self._store and may_remember():
            known = self._store.get([text_key(role, text) for text in texts])
            wanted = [text for text in dict.fromkeys(texts) if text_key(role, text) not in known]
        return estimated(self.name, wanted, self._model.price)

    def _prepared(self, texts: Sequence[str]) -> list[str]:
        listed = check_texts(texts)
        for position, text in enumerate(listed):
            if not text.strip():
                raise ValueError(f"text {position} is empty, which the vendors refuse; leave it out or say something")
        return listed if self._vendor.cuts else [cut(text, self.max_tokens) for text in listed]

    def _encode(self, role: Role, texts: Sequence[str]) -> Vectors:
        listed = self._prepared(texts)
        estimate = self._estimate(role, listed)
        if estimate.dollars is not None and estimate.dollars > self.budget:
            raise ValueError(
                f"{estimate}: more than the budget of ${self.budget:g} a call. Nothing was sent; encode fewer texts, "
                f"or load the encoder with a larger budget="
            )
        if estimate.texts > 1 and may_remember():  # a single query of a search box need not be announced
            print(estimate)
        compute = partial(self._compute, role)
        if self._store is None:
            return compute(listed)
        what = f"encoding {role} texts ({self.name})"
        return remembered(self._store, listed, partial(text_key, role), len, compute, what)

    def _compute(self, role: Role, texts: list[str]) -> Vectors:
        parts = batches(texts, self._vendor.texts_a_request, self._vendor.tokens_a_request)
        vectors = []
        for part in parts:
            found = self._request(self._ask(texts=part, role=role), self.dim)
            if self._store and may_remember():  # at once: a later request may fail, and this one is paid for
                self._store.put({text_key(role, text): row for text, row in zip(part, found, strict=True)})
            vectors.append(found)
        return np.concatenate([np.empty((0, self.dim), np.float32), *vectors])

    def _found_dim(self) -> int:
        """Numbers in a vector of a model that labkit does not know: one short text is sent to find out."""
        return int(self._request(self._ask(texts=["dimensions"], role="query"), None).shape[1])

    def _request(self, ask: Ask, dim: int | None) -> Vectors:
        check_key(self._vendor)
        if self._client is None:
            self._client = open_client(self._vendor)
            weakref.finalize(self, self._client.close)
        answer = post_json(self._client, self._url, self._vendor.body(ask), self._vendor)
        try:
            return unit_vectors(self._vendor.read(answer, ask), ask, dim)
        except (ValueError, TypeError) as trouble:
            raise ValueError(
                f"{self._vendor.name} sent an answer that labkit cannot use for {ask.model!r}: {trouble}. Check the "
                f"model, the dimensions and the address"
            ) from None
