"""What went wrong between here and an engine, as a sentence that says what to do next."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Answer = TypeVar("Answer")

ATTEMPTS = 4
LONGEST_WAIT_S = 30.0
KEY_VARIABLE = "QDRANT_API_KEY"
_PASSING = frozenset({408, 425, 429})

sleep = time.sleep


@dataclass(frozen=True)
class Problem:
    """An attempt that failed.

    Attributes:
        error: what to raise in the end.
        again: whether the same request may work a little later.
        wait: seconds that the engine asks to wait, if it says.
    """

    error: Exception
    again: bool = False
    wait: float | None = None


def ask(url: str, call: Callable[[], Answer]) -> Answer:
    """The answer of a cluster; what may pass by itself is tried again, with waits that double.

    Every request of labkit can be sent twice without harm: ids are fixed, and a search changes nothing.

    Raises:
        PermissionError: if the key is missing or not accepted.
        ConnectionError: if the cluster cannot be reached, is too slow or too busy, or its answers break off.
        ValueError: if it does not accept what was asked.
    """
    from qdrant_client.common.client_exceptions import QdrantException
    from qdrant_client.http.exceptions import ApiException

    attempt = 0
    while True:
        attempt += 1
        try:
            return call()
        except (ApiException, QdrantException, json.JSONDecodeError) as error:
            problem = problem_of(error, url)
        if attempt >= ATTEMPTS or not problem.again or (problem.wait or 0) > LONGEST_WAIT_S:
            raise problem.error
        # The chance in it keeps a class of thirty from coming back in the same second.
        sleep(problem.wait or 2.0 ** (attempt - 1) * (0.5 + random.random() / 2))


def problem_of(error: Exception, url: str) -> Problem:
    """What an exception of qdrant-client means for the person who asked."""
    import httpx
    from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
    from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

    if isinstance(error, ResourceExhaustedResponse):
        return _status(429, str(error), url, float(error.retry_after_s))
    if isinstance(error, UnexpectedResponse):
        return _status(error.status_code or 0, _said(error.content), url, None)
    cause = error.source if isinstance(error, ResponseHandlingException) else error
    if isinstance(cause, httpx.ConnectTimeout | httpx.ConnectError):
        return Problem(
            ConnectionError(
                f"no answer from {url} ({cause}). Is the server started, and are address and port right (Qdrant's is "
                f"6333)? connect() without an address works in this process and needs no server"
            )
        )
    if isinstance(cause, httpx.TimeoutException):
        return Problem(
            ConnectionError(
                f"{url} did not answer in time; it may be busy building its index. Try again, or connect with a longer "
                f"timeout"
            )
        )
    if isinstance(cause, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return Problem(ValueError(f"{url!r} is no address ({cause}); write it as http://host:6333"))
    return Problem(
        ConnectionError(
            f"{url} broke off its answer or sent something that is none of Qdrant's ({type(cause).__name__}: "
            f"{str(cause):.120}); try again, and make sure that it is a Qdrant server"
        ),
        again=True,
    )


def _status(status: int, said: str, url: str, wait: float | None) -> Problem:
    if status in (401, 403):
        return Problem(
            PermissionError(
                f"{url} does not accept the key, or wants one (status {status}). Put the right one into the environment "
                f"variable {KEY_VARIABLE} before you connect"
            )
        )
    if status == 429:
        asks = f"; it asks to wait {wait:,.0f} seconds" if wait else ""
        return Problem(
            ConnectionError(f"{url} still says 'too many requests'{said}{asks}; wait, then try again"), True, wait
        )
    if status >= 500 or status in _PASSING:
        return Problem(
            ConnectionError(f"{url} has trouble of its own (status {status}){said}; try again, or look at its log"),
            True,
        )
    if status == 404:
        return Problem(ValueError(f"{url} has no such collection or address (status 404){said}; check both"))
    if status == 413:
        return Problem(ValueError(f"a batch is too large for {url} (status 413); upload with a smaller batch"))
    return Problem(ValueError(f"{url} did not accept the request (status {status}){said}"))


def _said(content: bytes) -> str:
    """The engine's own words, if it said any."""
    try:
        words = " ".join(str(json.loads(content)["status"]["error"]).split())
    except (ValueError, KeyError, TypeError):
        return ""
    return f": {words:.200}" if words else ""
