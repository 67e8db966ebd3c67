"""Every place where a pipeline can run, and a stand-in for a server on this machine that misbehaves when told to."""

import json
import os
import re
import secrets
import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import TypeAdapter

from labkit.search import engine
from labkit.search.engine import problems

LIVE = "LABKIT_QDRANT_URL"
PLACES = ["memory", "edge", "stand-in", "cluster"]  # a folder differs from memory only in what it keeps


class StandIn:
    """The REST paths of a Qdrant server that labkit uses, read strictly, answered by qdrant-client's local mode.

    Each entry of `faults` is used for one request: `(status, headers, body)`, "slow" or "breaks off".
    """

    def __init__(self):
        from qdrant_client import QdrantClient

        self.key, self.faults, self.log, self.keys_seen = None, [], [], []
        self._behind, self._lock = QdrantClient(":memory:"), threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, body, headers=()):
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **dict(headers)}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.serve(self, json.loads(body) if body else None)

            do_GET = do_PUT = do_POST = do_DELETE = handle_any

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        # Stopping waits for a poll: half a second a test at the default interval.
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def serve(self, handler, body):
        path = handler.path.partition("?")[0]
        self.log.append((handler.command, path, body))
        self.keys_seen.append(handler.headers.get("api-key"))
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, str):
                return {"slow": slow, "breaks off": breaks_off}[fault](handler)
            status, headers, content = fault
            return handler.answer(status, content, headers)
        if self.key is not None and handler.headers.get("api-key") != self.key:
            return handler.answer(401, b"Must provide an API key or an Authorization bearer token")
        with self._lock:
            found = self._result(handler.command, path, body)
        if found is None:
            return handler.answer(404, {"status": {"error": f"Not found: {path}"}, "time": 0.0})
        return handler.answer(200, {"result": found, "status": "ok", "time": 0.0})

    def _result(self, verb, path, body):
        from qdrant_client import models

        behind = self._behind
        if (verb, path) == ("GET", "/collections"):
            return json.loads(behind.get_collections().model_dump_json())
        name, rest = re.fullmatch(r"/collections/([^/]+)(/.*)?", path).groups()
        match verb, rest:
            case "GET", "/exists":
                return {"exists": behind.collection_exists(name)}
            case "PUT", None:
                asked = models.CreateCollection(**body)
                assert asked.optimizers_config.indexing_threshold >= 1
                return behind.create_collection(
                    name, asked.vectors, sparse_vectors_config=asked.sparse_vectors, metadata=asked.metadata
                )
            case "DELETE", None:
                return behind.delete_collection(name)
        return self._of_points(verb, rest, name, body) if behind.collection_exists(name) else None

    def _of_points(self, verb, rest, name, body):
        from qdrant_client import models

        behind = self._behind
        match verb, rest:
            case "GET", None:
                state = json.loads(behind.get_collection(name).model_dump_json())
                params = state["config"]["params"]
                params.update(shard_number=1, replication_factor=1, write_consistency_factor=1)
                return state
            case "PUT", "/points":
                behind.upsert(name, TypeAdapter(models.PointInsertOperations).validate_python(body).points)
                return {"operation_id": 1, "status": "completed"}
            case "POST", "/points/count":
                return {"count": behind.count(name).count}
            case "POST", "/points/scroll":
                asked = models.ScrollRequest(**body)
                records, offset = behind.scroll(name, limit=asked.limit, offset=asked.offset, with_payload=False)
                return {"points": [{"id": record.id} for record in records], "next_page_offset": offset}
            case "POST", "/points/query/batch":
                with warnings.catch_warnings():  # that local mode, which answers here, has no use for `params`
                    warnings.simplefilter("ignore")
                    answers = behind.query_batch_points(name, models.QueryRequestBatch(**body).searches)
                return [json.loads(answer.model_dump_json()) for answer in answers]
        return None


def slow(handler):
    """Answers after the client has given up."""
    time.sleep(1.6)
    handler.close_connection = True


def breaks_off(handler):
    """Promises a thousand bytes, sends a few and hangs up."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"result": {"collec')
    handler.close_connection = True


@pytest.fixture
def waits(monkeypatch):
    """The waits between attempts, which no test has to sit through."""
    found = []
    monkeypatch.setattr(problems, "sleep", found.append)
    return found


@pytest.fixture
def stand_in():
    server = StandIn()
    yield server
    server.stop()


@pytest.fixture(params=PLACES)
def place(request, tmp_path):
    """An engine of each kind; where one is not to be had, the skip says so."""
    if request.param == "cluster":
        url = os.environ.get(LIVE)
        if not url:
            pytest.skip(f"NO CLUSTER WAS TESTED: set {LIVE} to a Qdrant server's address")
        with engine.connect(url) as connected:
            yield connected
        return
    if request.param == "edge":
        pytest.importorskip("qdrant_edge", reason='QDRANT EDGE WAS NOT TESTED: pip install "labkit[edge]"')
        connected = engine.connect(tmp_path / "edge", edge=True)
    elif request.param == "stand-in":
        connected = engine.connect(request.getfixturevalue("stand_in").url)
    else:
        connected = engine.connect()
    with connected:
        yield connected


@pytest.fixture
def make(place):
    """Makes a collection of a shape; removed afterwards, on a cluster too."""
    names = []

    def made(shape):
        names.append(f"labkit-test-{secrets.token_hex(4)}")
        return place.create(names[-1], shape)

    yield made
    for name in names:
        if place.backend.shape(name) is not None:
            place.backend.delete(name)
