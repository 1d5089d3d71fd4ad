"""Asks our own servers for JSON, within a short limit."""

import json
import urllib.request
from typing import Any

LIMIT_SECONDS = 5
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # Whatever the environment says: they are near.


def told(url: str) -> Any:
    """Raises OSError (HTTPError among it) or ValueError."""
    with _opener.open(url, timeout=LIMIT_SECONDS) as answer:
        return json.load(answer)
