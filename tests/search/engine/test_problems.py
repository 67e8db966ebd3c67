"""Each thing that can go wrong on the way to a server is one sentence that can be acted on."""

import re
import socket

import pytest

from labkit.search import engine
from labkit.search.engine import Shape
from labkit.search.engine.problems import ATTEMPTS

HTML = (200, {"Content-Type": "text/html"}, b"<html>Welcome to nginx!</html>")
CUT = (200, {}, b'{"result": {"collections": [{"na')
NO_DISK = (507, {}, {"status": {"error": "no space left"}})


@pytest.mark.parametrize(
    ("fault", "error", "says", "attempts"),
    [
        ((401, {}, b"Must provide an API key"), PermissionError, "QDRANT_API_KEY", 1),
        ((403, {}, {"status": {"error": "Forbidden"}}), PermissionError, "status 403.*QDRANT_API_KEY", 1),
        (
            (429, {"Retry-After": "3"}, {"status": {"error": "slow down"}}),
            ConnectionError,
            "too many.*3 seconds",
            ATTEMPTS,
        ),
        ((429, {}, b""), ConnectionError, "too many requests", ATTEMPTS),
        ((429, {"Retry-After": "900"}, b""), ConnectionError, "asks to wait 900 seconds", 1),
        ((500, {}, {"status": {"error": "panicked"}}), ConnectionError, "status 500.: panicked", ATTEMPTS),
        ((503, {}, b"<html>busy</html>"), ConnectionError, "status 503", ATTEMPTS),
        (NO_DISK, ConnectionError, "no space left", ATTEMPTS),
        ((404, {}, b""), ValueError, "no such collection or address", 1),
        ((400, {}, {"status": {"error": "bad   request"}}), ValueError, "bad request", 1),
        ("breaks off", ConnectionError, "broke off", ATTEMPTS),
        (CUT, ConnectionError, "broke off", ATTEMPTS),
        (HTML, ConnectionError, "Qdrant server", ATTEMPTS),
        ("slow", ConnectionError, "longer timeout", 1),
    ],
)
def test_a_server_that_does_not_answer_well(stand_in, waits, fault, error, says, attempts):
    stand_in.faults = [fault] * 10
    with pytest.raises(error, match=says) as caught:
        engine.connect(stand_in.url, timeout=1)
    assert stand_in.url in str(caught.value)
    assert len(stand_in.log) == attempts
    assert len(waits) == attempts - 1


def test_a_passing_trouble_passes(stand_in, waits):
    points = engine.connect(stand_in.url).create("a", Shape(dims=2))
    stand_in.faults = [(429, {"Retry-After": "2"}, b""), (503, {}, b"")]
    points.upload(vectors=[[1, 0], [0, 1]])
    stand_in.faults = ["breaks off", (500, {}, b"")]
    assert points.search(k=1, vectors=[[0, 1]]).ids.tolist() == [[1]]
    assert len(waits) == 4
    assert waits[0] == 2
    assert 0.5 <= waits[2] <= 1 <= waits[3] <= 2


def test_nobody_is_listening(waits):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ConnectionError, match="Is the server started.*6333"):
        engine.connect(url)
    assert waits == []


def test_too_large_a_batch_is_said(stand_in, waits):
    points = engine.connect(stand_in.url).create("a", Shape(dims=2))
    held = len(stand_in.log)
    stand_in.faults = [(413, {}, b"")]
    with pytest.raises(ValueError, match="too large"):
        points.backend.upsert("a", [0], [{"vectors": [1.0, 0.0]}])
    assert len(stand_in.log) == held + 1


def test_the_key_comes_from_the_environment_and_is_not_shown(stand_in, waits):
    stand_in.key = "right-1"
    with pytest.raises(PermissionError, match="QDRANT_API_KEY"):
        engine.connect(stand_in.url, environment={})
    with pytest.warns(UserWarning, match="insecure"), pytest.raises(PermissionError) as caught:
        engine.connect(stand_in.url, environment={"QDRANT_API_KEY": "wrong-2"})
    assert "wrong-2" not in str(caught.value)
    with pytest.warns(UserWarning, match="insecure"):
        connected = engine.connect(stand_in.url, environment={"QDRANT_API_KEY": " right-1\n"})
    assert connected.names() == []
    assert "right-1" not in repr(connected)
    assert stand_in.keys_seen[-1] == "right-1"


def test_a_proxy_does_not_come_between_this_machine_and_itself(stand_in, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert engine.connect(stand_in.url).names() == []


@pytest.mark.parametrize("url", ["ftp://host", "http://", "qdrant://x"])
def test_what_is_no_address(url):
    with pytest.raises(ValueError, match=re.escape("http://host:6333")):
        engine.connect(url)


def test_an_upload_waits_for_the_index_and_says_when_none_is_built(stand_in):
    points = engine.connect(stand_in.url).create("a", Shape(dims=2))
    state = stand_in._of_points("GET", None, "a", None)
    building = (
        200,
        {},
        {"result": {**state, "status": "yellow", "indexed_vectors_count": 7}, "status": "ok", "time": 0},
    )
    put_off = (200, {}, {"result": {**state, "status": "grey"}, "status": "ok", "time": 0})
    stand_in.faults = [building, put_off]
    points.backend.settle("a")
    assert stand_in.faults == []
    stand_in.faults = [building] * 20
    points.backend.timeout = 0.3
    with pytest.raises(ConnectionError, match="yellow and builds no index of 'a'"):
        points.backend.settle("a")
