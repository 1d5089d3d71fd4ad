"""Who may enter where: a table that a new route must join."""

import re
import shutil
from collections.abc import Iterator

import pytest

from app.extensions import db
from app.init import create_app
from tests.factories import Person, sign_in, sign_up
from tests.settings import SETTINGS

EVERYONE, CUSTOMER, STAFF, REFRESH, LINK = "everyone", "customer", "staff", "refresh token", "signed link"

GUARDS = {
    ("GET", "/"): EVERYONE,
    ("GET", "/web/<path:filename>"): EVERYONE,
    ("GET", "/metrics"): EVERYONE,
    ("GET", "/api/openapi.json"): EVERYONE,
    ("GET", "/api/docs"): EVERYONE,
    ("GET", "/api/docs/files/<path:name>"): EVERYONE,
    ("GET", "/api/health"): EVERYONE,
    ("GET", "/api/health/ready"): EVERYONE,
    ("POST", "/api/auth/register"): EVERYONE,
    ("POST", "/api/auth/login"): EVERYONE,
    ("POST", "/api/auth/refresh"): REFRESH,
    ("POST", "/api/auth/logout"): CUSTOMER,
    ("GET", "/api/auth/profile"): CUSTOMER,
    ("PATCH", "/api/auth/profile"): CUSTOMER,
    ("POST", "/api/auth/password"): CUSTOMER,
    ("GET", "/api/auth/export"): CUSTOMER,
    ("DELETE", "/api/auth/account"): CUSTOMER,
    ("GET", "/api/instruments"): EVERYONE,
    ("GET", "/api/instruments/available"): EVERYONE,
    ("GET", "/api/instruments/categories"): EVERYONE,
    ("POST", "/api/instruments"): STAFF,
    ("GET", "/api/instruments/<int:instrument_id>"): EVERYONE,
    ("PATCH", "/api/instruments/<int:instrument_id>"): STAFF,
    ("DELETE", "/api/instruments/<int:instrument_id>"): STAFF,
    ("POST", "/api/instruments/<int:instrument_id>/units"): STAFF,
    ("PATCH", "/api/instruments/<int:instrument_id>/units/<int:unit_id>"): STAFF,
    ("GET", "/api/instruments/<int:instrument_id>/availability"): EVERYONE,
    ("GET", "/api/instruments/<int:instrument_id>/units/<int:unit_id>/blocks"): STAFF,
    ("POST", "/api/instruments/<int:instrument_id>/units/<int:unit_id>/blocks"): STAFF,
    ("DELETE", "/api/instruments/<int:instrument_id>/units/<int:unit_id>/blocks/<int:block_id>"): STAFF,
    ("GET", "/api/instruments/unmet-demand"): STAFF,
    ("POST", "/api/rentals/quote"): EVERYONE,
    ("POST", "/api/rentals"): CUSTOMER,
    ("GET", "/api/rentals"): CUSTOMER,
    ("GET", "/api/rentals/<int:rental_id>"): CUSTOMER,
    ("GET", "/api/rentals/<int:rental_id>/history"): CUSTOMER,
    ("POST", "/api/rentals/<int:rental_id>/cancel"): CUSTOMER,
    ("POST", "/api/rentals/<int:rental_id>/extend"): CUSTOMER,
    ("POST", "/api/rentals/<int:rental_id>/exchange"): CUSTOMER,
    ("POST", "/api/rentals/<int:rental_id>/pickup"): STAFF,
    ("POST", "/api/rentals/<int:rental_id>/return"): STAFF,
    ("GET", "/api/rentals/calendar-link"): CUSTOMER,
    ("GET", "/api/rentals/calendar.ics"): LINK,
    ("POST", "/api/chatbot/chat"): CUSTOMER,
    ("POST", "/api/chatbot/ask-instrument-question"): CUSTOMER,
    ("POST", "/api/chatbot/recommend-for-me"): CUSTOMER,
    ("GET", "/api/chatbot/history/<session_id>"): CUSTOMER,
    ("GET", "/api/chatbot/sessions"): CUSTOMER,
    ("DELETE", "/api/chatbot/clear-session/<session_id>"): CUSTOMER,
    ("POST", "/api/chatbot/messages/<int:message_id>/feedback"): CUSTOMER,
}


def _routes() -> set[tuple[str, str]]:
    rules = create_app({**SETTINGS, "DATABASE_URL": "sqlite://"}).url_map.iter_rules()
    path = lambda rule: rule.rule.replace("<id:", "<int:")  # noqa: E731
    return {(method, path(rule)) for rule in rules for method in rule.methods - {"HEAD", "OPTIONS"}}


def test_every_route_has_its_place_in_the_table():
    assert _routes() == set(GUARDS)


@pytest.fixture(scope="module")
def customer(tmp_path_factory, sqlite_template) -> Iterator[Person]:
    """One for all routes: nobody gets far enough to change anything."""
    path = tmp_path_factory.mktemp("guards") / "shop.sqlite3"
    shutil.copy(sqlite_template, path)
    app = create_app({**SETTINGS, "DATABASE_URL": f"sqlite:///{path}"})
    yield sign_up(app.test_client())
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(("method", "path"), sorted(GUARDS))
def test_a_guard_keeps_out_who_may_not_enter(customer, method, path):
    guard, client = GUARDS[method, path], customer.client
    url = re.sub(r"<int:\w+>", "1", path)
    url = url.replace("<session_id>", "s").replace("<path:filename>", "page.css").replace("<path:name>", "index.css")
    anonymous = client.open(url, method=method, json={} if method != "GET" else None)
    if path == "/api/auth/logout":
        customer = sign_in(client, customer.email)  # This one may, and is signed out.
    as_customer = client.open(url, method=method, json={} if method != "GET" else None, headers=customer.headers)
    anonymous.close()
    as_customer.close()
    assert (anonymous.status_code == 401) == (guard != EVERYONE)
    assert (as_customer.status_code == 403) == (guard == STAFF)
    assert (as_customer.status_code == 401) == (guard in (REFRESH, LINK))
