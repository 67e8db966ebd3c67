"""Keys: read from the environment at the moment of sending, never stored, shown or written.

No object of labkit holds a key, so none can turn up in a `repr`, in a traceback with variables, in a cache or in a
saved notebook.
"""

import os

from labkit.models.api.vendor import Vendor


def check_key(vendor: Vendor) -> None:
    """Make sure that the vendor's key is there and could be one.

    Raises:
        PermissionError: if it is missing, or holds what no key holds; the message never contains it.
    """
    held = os.environ.get(vendor.key_variable, "").strip()
    if not held and vendor.key_needed:
        raise PermissionError(
            f"{vendor.name} needs a key, and {vendor.key_variable} is not set. Make a key at {vendor.keys_page}, then "
            f'run: import os, getpass; os.environ["{vendor.key_variable}"] = getpass.getpass("key: ") '
            f"(so it is in no notebook). For a server of your own that needs none, use the vendor 'compatible'"
        )
    if not (held.isascii() and held.isprintable() and " " not in held):
        raise PermissionError(
            f"{vendor.key_variable} holds a character that no key has, such as a blank or a line's end inside; "
            f"copy the key again"
        )


def authorization(vendor: Vendor) -> str:
    """The value of the header that carries the key; empty if there is no key and none is needed."""
    held = os.environ.get(vendor.key_variable, "").strip()
    return f"Bearer {held}" if held else ""


def without_key(text: str, vendor: Vendor) -> str:
    """A text that came from outside, with the key blotted out should it hold it."""
    held = os.environ.get(vendor.key_variable, "").strip()
    return text.replace(held, "[key]") if held else text
