"""A stand-in for the vendors on this machine: it speaks each wire format strictly, and misbehaves when told to."""

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from labkit.models.api import transport

KEYS = {"openai": "sk-right-1", "cohere": "co-right-2", "jina": "jina_right_3", "voyage": "pa-right-4"}
VARIABLES = {"openai": "OPENAI_API_KEY", "cohere": "COHERE_API_KEY", "jina": "JINA_API_KEY", "voyage": "VOYAGE_API_KEY"}
FIELDS = {  # what each vendor's documentation lists: needed, and allowed beyond
    "openai": ({"model", "input"}, {"dimensions", "encoding_format"}),
    "compatible": ({"model", "input"}, {"dimensions", "encoding_format"}),
    "cohere": ({"model", "texts", "input_type", "embedding_types"}, {"output_dimension", "truncate"}),
    "jina": ({"model", "input", "task", "embedding_type", "late_chunking"}, {"dimensions", "truncate"}),
    "voyage": ({"model", "input", "input_type"}, {"truncation", "output_dtype", "output_dimension"}),
}
MOST_TEXTS = {"openai": 2048, "compatible": 32, "cohere": 96, "jina": 2048, "voyage": 1000}
NATIVE = {"text-embedding-3-small": 1536, "embed-v4.0": 1536, "jina-embeddings-v3": 1024, "voyage-4": 1024}


def true_vector(text, role, dim):
    """What the stand-in's models say: any fixed unit vector will do."""
    seed = int.from_bytes(hashlib.sha256(f"{role}:{text}".encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(dim).astype(np.float32)
    return vector / np.linalg.norm(vector)


def as_said(vector, word):
    """A vector in the vendor's word for its precision."""
    match word:
        case "base64":
            return base64.b64encode(vector.astype("<f4").tobytes()).decode()
        case "int8":
            return np.round(vector / np.abs(vector).max() * 127).astype(int).tolist()
        case "ubinary":
            return np.packbits(vector > 0).tolist()
    return vector.tolist()


def answer_to(vendor, body):
    """The answer of a vendor in good order, or a status and its complaint."""
    needed, more = FIELDS[vendor]
    if not needed <= set(body) <= needed | more:
        return 400, {"error": {"message": f"wrong fields {sorted(body)}"}}
    texts = body["texts" if vendor == "cohere" else "input"]
    if not 1 <= len(texts) <= MOST_TEXTS[vendor] or not all(text.strip() for text in texts):
        return 400, {"message": f"bad batch of {len(texts)} texts"}
    dim = body.get("dimensions") or body.get("output_dimension") or NATIVE.get(body["model"])
    if dim is None:
        if vendor != "compatible":
            return 404, {"error": {"message": f"The model `{body['model']}` does not exist"}}
        dim = 12
    asked = body.get("task") or body.get("input_type") or "any"
    role = asked.removeprefix("search_").removeprefix("retrieval.").replace("passage", "document")
    vectors = [true_vector(text, role, dim) for text in texts]
    if vendor == "cohere":
        (word,) = body["embedding_types"]
        return 200, {"id": "1", "embeddings": {word: [as_said(v, word) for v in vectors]}, "texts": texts}
    word = body.get("embedding_type") or body.get("output_dtype") or body.get("encoding_format") or "float"
    data = [{"object": "embedding", "index": i, "embedding": as_said(v, word)} for i, v in enumerate(vectors)]
    return 200, {"object": "list", "data": data[::-1], "model": body["model"], "usage": {"total_tokens": len(texts)}}


class StandIn:
    """The stand-in: where it is, what it was sent, and what it should do instead of answering well.

    Each entry of `faults` is used for one request: `(status, headers, body)`, or a callable that gets the handler and
    the good answer and writes what it likes.
    """

    def __init__(self):
        self.bodies, self.headers, self.faults = [], [], []
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                stand_in.serve(self)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"http://127.0.0.1:{self.server.server_port}"

    def url(self, vendor):
        return f"{self.host}/{vendor}" + ("" if vendor == "cohere" else "/v1")

    def serve(self, handler):
        raw = handler.rfile.read(int(handler.headers["Content-Length"]))
        self.bodies.append(json.loads(raw))
        self.headers.append(dict(handler.headers))
        vendor = handler.path.split("/")[1]
        assert handler.path == f"/{vendor}" + ("/v2/embed" if vendor == "cohere" else "/v1/embeddings")
        status, answer = answer_to(vendor, self.bodies[-1])
        if vendor in KEYS and handler.headers.get("Authorization") != f"Bearer {KEYS[vendor]}":
            said = handler.headers.get("Authorization")  # OpenAI, too, shows what it was given
            status, answer = 401, {"error": {"message": f"Incorrect API key provided: {said}"}}
        fault = self.faults.pop(0) if self.faults else None
        if callable(fault):
            fault(handler, answer)
            return
        headers = {}
        if fault:
            status, headers, answer = fault
        write(handler, status, answer if isinstance(answer, bytes) else json.dumps(answer).encode(), headers)


def write(handler, status, content, headers=None, length=None):
    """Write an answer; `length` says another length than the true one."""
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(content) if length is None else length))
    handler.end_headers()
    handler.wfile.write(content)


@pytest.fixture
def vendors(monkeypatch, tmp_path):
    """The stand-in, with every key set and the waits noted in `vendors.waits` instead of waited."""
    stand_in = StandIn()
    stand_in.waits = []
    monkeypatch.setattr(transport, "sleep", stand_in.waits.append)
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    monkeypatch.delenv("LABKIT_API_KEY", raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    for vendor, variable in VARIABLES.items():
        monkeypatch.setenv(variable, KEYS[vendor])
    thread = threading.Thread(target=stand_in.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield stand_in
    stand_in.server.shutdown()
    stand_in.server.server_close()


@pytest.fixture(name="true_vector")
def _true_vector():
    return true_vector
