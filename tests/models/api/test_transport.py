import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from labkit.models.api import transport
from labkit.models.api.load import load_api_encoder
from labkit.models.api.transport import retry_after


@pytest.fixture
def encoder(vendors):
    return load_api_encoder("voyage", "voyage-4", base_url=vendors.url("voyage"), cache=False)


def write(handler, status, content, length=None):
    """Write an answer; `length` says another length than the true one."""
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(content) if length is None else length))
    handler.end_headers()
    handler.wfile.write(content)


def half(handler, answer):
    """Promise more bytes than come."""
    write(handler, 200, b'{"data": [{"index": 0, "embed', length=1000)
    handler.close_connection = True


def half_json(handler, answer):
    """An answer whole to HTTP, but its JSON ends early."""
    write(handler, 200, b'{"data": [{"index": 0, "embed')


def hang_up(handler, answer):
    handler.connection.close()


def test_too_many_requests_waits_as_long_as_asked(vendors, encoder):
    vendors.faults = [(429, {"Retry-After": "7"}, {"detail": "slow down"}), (429, {"Retry-After": "3"}, {})]
    assert encoder.encode_queries(["a pump"]).shape == (1, 1024)
    assert len(vendors.bodies) == 3
    assert 7 <= vendors.waits[0] <= 7.7 and 3 <= vendors.waits[1] <= 3.3


def test_without_a_word_the_waits_double_with_chance_in_them(vendors, encoder):
    vendors.faults = [(status, {}, b"") for status in (500, 502, 503, 529, 408)]
    assert encoder.encode_queries(["a pump"]).shape == (1, 1024)
    assert len(vendors.waits) == 5
    for wait, longest in zip(vendors.waits, (1, 2, 4, 8, 16), strict=True):
        assert longest / 2 <= wait <= longest
    assert len({wait / longest for wait, longest in zip(vendors.waits, (1, 2, 4, 8, 16), strict=True)}) == 5


@pytest.mark.parametrize(
    ("status", "sentence"), [(429, "voyage still says 'too many requests'.*wait a minute"), (503, "trouble of its own")]
)
def test_in_the_end_it_gives_up_with_a_sentence(vendors, encoder, status, sentence):
    vendors.faults = [(status, {}, {"detail": "busy, busy"})] * 20
    with pytest.raises(ConnectionError, match=sentence) as caught:
        encoder.encode_queries(["a pump"])
    assert "busy, busy" in str(caught.value)
    assert len(vendors.bodies) == transport.ATTEMPTS


def test_a_wait_of_an_hour_is_said_not_waited(vendors, encoder):
    vendors.faults = [(429, {"Retry-After": "3600"}, {})]
    with pytest.raises(ConnectionError, match="asks to wait 3,600 seconds"):
        encoder.encode_queries(["a pump"])
    assert vendors.waits == []


@pytest.mark.parametrize("fault", [half, half_json, hang_up])
def test_an_answer_that_breaks_off_is_asked_for_again(vendors, encoder, fault):
    vendors.faults = [fault]
    assert encoder.encode_queries(["a pump"]).shape == (1, 1024)
    assert len(vendors.bodies) == 2


@pytest.mark.parametrize(
    ("fault", "sentence"), [(half, "broke off"), (half_json, "no JSON or ends early"), (hang_up, "broke off")]
)
def test_answers_that_always_break_off_end_in_a_sentence(vendors, encoder, fault, sentence):
    vendors.faults = [fault] * 20
    with pytest.raises(ConnectionError, match=sentence):
        encoder.encode_queries(["a pump"])
    assert len(vendors.bodies) == transport.ATTEMPTS


def test_a_slow_answer_is_given_up(vendors, encoder, monkeypatch):
    monkeypatch.setattr(transport, "SILENCE_S", 0.05)
    vendors.faults = [lambda handler, answer: time.sleep(0.2)] * 5
    with pytest.raises(ConnectionError, match="voyage at http.* did not answer in time"):
        encoder.encode_queries(["a pump"])
    assert len(vendors.bodies) == transport.ATTEMPTS_SILENT


def test_an_answer_that_drips_is_given_up_too(vendors, encoder, monkeypatch):
    def drip(handler, answer):
        write(handler, 200, b"", length=1000)
        for _ in range(20):
            handler.wfile.write(b" ")
            time.sleep(0.01)

    monkeypatch.setattr(transport, "WHOLE_ANSWER_S", 0.05)
    vendors.faults = [drip] * 5
    with pytest.raises(ConnectionError, match="did not answer in time"):
        encoder.encode_queries(["a pump"])


def test_a_refused_connection_says_what_to_look_at(vendors, encoder):
    vendors.server.shutdown()
    vendors.server.server_close()
    with pytest.raises(ConnectionError, match="cannot reach voyage at http://127.0.0.1.*ConnectError.*address right"):
        encoder.encode_queries(["a pump"])
    assert len(vendors.waits) == transport.ATTEMPTS_SILENT - 1


def test_a_redirect_is_not_followed_because_the_key_would_go_along(vendors, encoder):
    vendors.faults = [(307, {"Location": f"{vendors.host}/elsewhere"}, b"")]
    with pytest.raises(ValueError, match="redirect.*base_url"):
        encoder.encode_queries(["a pump"])
    assert len(vendors.bodies) == 1


def test_a_proxy_is_not_asked_for_a_server_on_this_machine(vendors, encoder, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert encoder.encode_queries(["a pump"]).shape == (1, 1024)


def test_a_list_instead_of_an_object_is_no_answer(vendors, encoder):
    vendors.faults = [(200, {}, [1, 2])]
    with pytest.raises(ValueError, match="no JSON object but a list"):
        encoder.encode_queries(["a pump"])


def test_retry_after_is_seconds_or_a_date():
    assert retry_after({"retry-after": "12"}) == 12
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 28 < retry_after({"retry-after": date}) <= 30
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert retry_after({}) is None
    assert retry_after({"retry-after": "a while"}) is None
    assert retry_after({"retry-after": "-5"}) is None
