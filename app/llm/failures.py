"""What comes out of LangChain, of Ollama and of the providers' packages when they fail, in our words.

Each provider brings an HTTP library of its own, with the same names for the same failures. So a failure is known by
its status, or by the names of its class and of those above it, in whichever exception of the chain they stand.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

from app.errors import ModelUnavailable

OF_STATUS = {401: "unauthorized", 403: "unauthorized", 404: "unknown_model", 429: "rate_limited"}
OF_CLASS = (
    ("refused", {"ConnectError", "ConnectTimeout", "ConnectionError"}),
    ("silent", {"TimeoutException", "TimeoutError", "APITimeoutError"}),
    ("cut", {"RequestError", "RemoteProtocolError"}),
    ("garbage", {"ValueError"}),
)
LONGEST_REST_SECONDS = 300.0  # Whatever a provider asks for: it may be well again before, and a header may be wrong.
USERINFO = re.compile(r"(?<=://)[^/\s]*@")
SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD")
CODE = re.compile(r"[a-z_]{1,60}\Z")
READABLE = {"ollama", "httpx", "json", "builtins"}  # A provider's sentence may repeat a key, or what a customer wrote.


def translated(error: BaseException) -> ModelUnavailable:
    """The failure in our words, its detail without secrets."""
    if isinstance(error, ModelUnavailable):
        return error
    is_readable = type(error).__module__.partition(".")[0] in READABLE
    detail = describe(error) if is_readable else _identified(error)
    return ModelUnavailable(reason_of(error), detail, retry_after_seconds(error))


def reason_of(error: BaseException) -> str:
    """Why a generation failed, in the words of ModelUnavailable."""
    links, status = list(_chain(error)), _status(error)
    if status is not None:
        return OF_STATUS.get(status, "error")
    names = {kind.__name__ for link in links for kind in type(link).__mro__}
    return next((reason for reason, known in OF_CLASS if names & known), "error")


def retry_after_seconds(error: BaseException, now: Callable[[], float] = time.time) -> float | None:
    """How long the server asked to be left alone, at most five minutes; None where it did not ask."""
    for link in _chain(error):
        told = _headers(link).get("retry-after")
        if told:
            seconds = _seconds(told, now)
            return min(seconds, LONGEST_REST_SECONDS) if seconds and seconds > 0 else None
    return None


def describe(error: BaseException) -> str:
    """One line for the log: what kind of failure, and what it says."""
    return without_secrets(f"{type(error).__name__}: {_sentence(error)}")[:300]


def without_secrets(text: str) -> str:
    """The text without passwords in URLs and without the values of variables that are named like secrets."""
    text = USERINFO.sub("", text)
    for name, value in os.environ.items():
        if SECRET_NAME.search(name.upper()) and len(value.strip()) >= 6:
            text = text.replace(value.strip(), "…")
    return text


def _identified(error: BaseException) -> str:
    """What kind of failure, by its class, its status and its code."""
    code, status = getattr(error, "code", None), _status(error)
    told = [f"HTTP {status}" if status else "", code if isinstance(code, str) and CODE.match(code) else ""]
    return ": ".join(filter(None, [type(error).__name__, " ".join(filter(None, told))]))


def _sentence(error: BaseException) -> str:
    """What it says; of a failed validation not the values, which may be secret."""
    problems = getattr(error, "errors", None)
    if callable(problems):
        return "; ".join(str(problem.get("msg")) for problem in problems())
    return " ".join(str(error).split())


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    """The HTTP status that an exception of the chain carries, or its response does."""
    for link in _chain(error):
        for told in (link, getattr(link, "response", None)):
            for name in ("status_code", "code"):
                value = getattr(told, name, None)
                if isinstance(value, int):
                    return value
    return None


def _headers(error: BaseException) -> dict[str, str]:
    """Those of the response that an exception carries; some carry them without it."""
    headers = getattr(getattr(error, "response", None), "headers", None) or getattr(error, "headers", None) or {}
    return {str(name).lower(): str(value) for name, value in dict(headers).items()}


def _seconds(told: str, now: Callable[[], float]) -> float | None:
    """A `Retry-After`, which is a number of seconds or a date."""
    try:
        return float(told)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(told).timestamp() - now()
    except ValueError:
        return None
