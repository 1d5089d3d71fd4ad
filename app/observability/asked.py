"""What a request asked for, told in names of ours: words of a client would make a series of metrics each."""

from flask import request

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def method() -> str:
    """The HTTP method; `other` for those that no route of ours knows."""
    return request.method if request.method in METHODS else "other"


def route() -> str:
    """The rule of the route, without what stands in its place in the path; `unknown` where there is no route."""
    return str(request.url_rule or "unknown")
