"""One POST of JSON, tried again where that can help.

A request that met "too many requests", a server's trouble, a broken or a late answer is sent again after a wait that
doubles each time, with chance in it so that a class of thirty does not come back in the same second:

    wait = min(60, 2^(attempts so far - 1)) * (between 0.5 and 1) seconds, or what the answer's Retry-After asks for
"""

import email.utils
import functools
import json
import random
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.models.api.keys import authorization
from labkit.models.api.problems import is_passing, problem
from labkit.models.api.vendor import Json, Vendor

if TYPE_CHECKING:
    import httpx

ATTEMPTS = 6
ATTEMPTS_SILENT = 2  # unreachable or too slow: a person is waiting for the message
LONGEST_WAIT_S = 60.0
SILENCE_S = 60.0  # how long nothing may arrive
WHOLE_ANSWER_S = 180.0  # how long an answer may take altogether

sleep = time.sleep


@dataclass(frozen=True)
class Setback:
    """An attempt that failed.

    Attributes:
        problem: what to raise in the end.
        attempts: how many attempts this kind of problem is worth.
        wait: seconds that the vendor asks to wait; None if it does not say.
    """

    problem: Exception
    attempts: int = ATTEMPTS
    wait: float | None = None


def open_client(vendor: Vendor) -> "httpx.Client":
    """A connection to be used again and again; the key joins each request at the moment of sending."""
    import httpx

    def sign(request: httpx.Request) -> httpx.Request:
        if authorization(vendor):
            request.headers["Authorization"] = authorization(vendor)
        return request

    # A server on this machine is never asked for through a proxy.
    direct = {f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")}
    timeout = httpx.Timeout(SILENCE_S, connect=10.0)
    return httpx.Client(auth=sign, timeout=timeout, mounts=direct, verify=_certificates())


@functools.cache
def _certificates() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


def post_json(client: "httpx.Client", url: str, body: Json, vendor: Vendor) -> Json:
    """The JSON object that the vendor answers.

    Raises:
        PermissionError: if the key is not accepted or the account has nothing left.
        ValueError: if the vendor does not accept what was asked.
        ConnectionError: if the vendor cannot be reached, is too slow, too busy, or its answers break off.
    """
    content = json.dumps(body).encode()
    attempt = 0
    while isinstance(outcome := _attempt(client, url, content, vendor, str(body["model"])), Setback):
        attempt += 1
        if attempt >= outcome.attempts:
            raise outcome.problem
        sleep(_wait(attempt, outcome.wait))
    return outcome


def _wait(attempt: int, asked: float | None) -> float:
    chance = random.random()  # not seeded: thirty learners with one seed would all come back together
    return (
        min(LONGEST_WAIT_S, 2.0 ** (attempt - 1)) * (0.5 + chance / 2) if asked is None else asked * (1 + chance / 10)
    )


def _attempt(client: "httpx.Client", url: str, content: bytes, vendor: Vendor, model: str) -> Json | Setback:
    import httpx

    who = f"{vendor.name} at {url}"
    try:
        status, headers, body = _send(client, url, content)
    except (httpx.TimeoutException, TimeoutError):
        return Setback(
            ConnectionError(f"{who} did not answer in time; try again later, or with fewer or shorter texts"),
            ATTEMPTS_SILENT,
        )
    except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
        return Setback(ConnectionError(f"{who} broke off its answer, several times; try again in a few minutes"))
    except httpx.HTTPError as trouble:
        return Setback(
            ConnectionError(
                f"cannot reach {who} ({type(trouble).__name__}: {str(trouble):.100}). Is there a network here, and is "
                f"the address right? A server of your own has to be started first"
            ),
            ATTEMPTS_SILENT,
        )
    if status != 200:
        return _refused(status, headers, body, vendor, model)
    try:
        answer = json.loads(body)
    except ValueError:
        return Setback(
            ConnectionError(f"{who} sent an answer that is no JSON or ends early, several times; is the address right?")
        )
    if not isinstance(answer, dict):
        return Setback(ValueError(f"{who} sent no JSON object but a {type(answer).__name__}; is the address right?"), 1)
    return answer


def _send(client: "httpx.Client", url: str, content: bytes) -> tuple[int, Mapping[str, str], bytes]:
    latest = time.monotonic() + WHOLE_ANSWER_S
    with client.stream("POST", url, content=content, headers={"Content-Type": "application/json"}) as answer:
        return answer.status_code, answer.headers, b"".join(_in_time(answer.iter_bytes(), latest))


def _in_time(chunks: Iterator[bytes], latest: float) -> Iterator[bytes]:
    # The client's own limit is on each silence; a server that drips a byte a second would never meet it.
    for chunk in chunks:
        if time.monotonic() > latest:
            raise TimeoutError
        yield chunk


def _refused(status: int, headers: Mapping[str, str], body: bytes, vendor: Vendor, model: str) -> Setback:
    trouble = problem(status, body, vendor, model)
    if not is_passing(status, body):
        return Setback(trouble, 1)
    asked = retry_after(headers)
    if asked is not None and asked > LONGEST_WAIT_S:
        return Setback(ConnectionError(f"{vendor.name} asks to wait {asked:,.0f} seconds; run the cell again then"), 1)
    return Setback(trouble, wait=asked)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that an answer asks to wait (its Retry-After: a number or a date), or None if it does not say.

    Example:
        >>> retry_after({"retry-after": "2"}), retry_after({"retry-after": "soon"})
        (2.0, None)
    """
    value = headers.get("retry-after", "").strip()
    try:
        return float(value) if value.isdecimal() else _seconds_until(value)
    except (ValueError, TypeError):
        return None


def _seconds_until(date: str) -> float:
    return max(0.0, email.utils.parsedate_to_datetime(date).timestamp() - time.time())
