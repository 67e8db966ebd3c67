"""What went wrong at a vendor, as a sentence that says what to do next."""

import json

from labkit.models.api.keys import without_key
from labkit.models.api.vendor import Vendor

TRY_LATER = frozenset({408, 409, 425, 429})
_NO_CREDIT = ("insufficient_quota", "exceeded your current quota", "insufficient_balance", "insufficient balance")
_NO_MORE_THIS_MONTH = ("calls / month", "calls per month")


def is_passing(status: int, body: bytes) -> bool:
    """Whether the same request may work a little later.

    Example:
        >>> is_passing(503, b""), is_passing(429, b'{"error": {"code": "insufficient_quota"}}')
        (True, False)
    """
    return (status in TRY_LATER or status >= 500) and not _quota(status, body)


def problem(status: int, body: bytes, vendor: Vendor, model: str) -> Exception:
    """The exception that says what an answer other than 200 means for the person who asked."""
    who, said = vendor.name, _said(body, vendor)
    if status == 401:
        # What the vendor says here often shows part of the key.
        where = f"make a new one at {vendor.keys_page}" if vendor.keys_page else "ask whoever runs the server"
        return PermissionError(
            f"{who} does not accept the key in {vendor.key_variable} (status 401): copy it again, or {where}"
        )
    if _quota(status, body):
        return PermissionError(
            f"{who} refuses because the account has no credit or allowance left (status {status}){said}. Look at "
            f"{vendor.keys_page or 'the server'}, top it up or wait for the next month; a model that travels with "
            f"the course costs nothing"
        )
    if status == 403:
        return PermissionError(
            f"{who} does not let this key use {model!r} (status 403){said}; choose another model, or allow it "
            f"for the key"
        )
    if status == 404:
        return ValueError(f"{who} has no model {model!r} or no such address (status 404){said}; check both")
    if status == 429:
        return ConnectionError(
            f"{who} still says 'too many requests' after several tries{said}; wait a minute and run the cell again"
        )
    if status >= 500 or status in TRY_LATER:
        return ConnectionError(f"{who} has trouble of its own (status {status}){said}; try again in a few minutes")
    if 300 <= status < 400:
        return ValueError(
            f"{who} answered with a redirect (status {status}), which labkit does not follow because it carries a key; "
            f"give the final address as base_url"
        )
    return ValueError(f"{who} did not accept the request for {model!r} (status {status}){said}")


def _quota(status: int, body: bytes) -> bool:
    text = body.decode("utf-8", "replace").lower()
    return status == 402 or (status in (403, 429) and any(sign in text for sign in _NO_CREDIT + _NO_MORE_THIS_MONTH))


def _said(body: bytes, vendor: Vendor) -> str:
    text = body.decode("utf-8", "replace")
    try:
        answer = json.loads(text)
        found = answer.get("error") or answer.get("message") or answer.get("detail") or ""
        found = found.get("message", "") if isinstance(found, dict) else found
    except (ValueError, AttributeError):
        found = ""  # a page made for people, from something in between
    words = " ".join(without_key(str(found), vendor).split())
    return f": {words:.200}" if words else ""
