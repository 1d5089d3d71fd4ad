"""Wrong input of every kind gets its 4xx in the one shape; nothing gets a 500, HTML or a stack trace."""

import json

import pytest

from tests.factories import instrument

CHAT = "/api/chatbot/chat"
JSON = "application/json"


def check_shape(answer, code: int) -> None:
    assert answer.status_code == code, answer.text
    assert answer.mimetype == "application/json"
    assert set(answer.json) == {"code", "status", "message", "errors"}
    assert answer.json["code"] == code
    assert answer.json["message"]
    assert answer.headers["X-Request-ID"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("code", "body", "content_type"),
    [
        (400, b"{", JSON),
        (400, b"", JSON),
        (400, b"\xff\xfe", JSON),
        (400, b"[" * 50_000, JSON),
        (400, b'{"message": ' + b"1" * 5000 + b"}", JSON),
        (415, b"message=hello", "application/x-www-form-urlencoded"),
        (415, b'{"message": "hello"}', "text/plain"),
        (413, b'{"message": "' + b"a" * 1_000_000 + b'"}', JSON),
        (422, b"[]", JSON),
        (422, b"null", JSON),
        (422, b'"text"', JSON),
        (422, b"{}", JSON),
        (422, b'{"message": ""}', JSON),
        (422, b'{"message": "  \\n "}', JSON),
        (422, b'{"message": 7}', JSON),
        (422, b'{"message": null}', JSON),
        (422, b'{"message": "nul \\u0000 byte"}', JSON),
        (422, b'{"message": "lone \\ud83d surrogate"}', JSON),
        (422, b'{"message": "hi", "unknown": 1}', JSON),
        (422, b'{"message": "hi", "session_id": "no spaces"}', JSON),
        (422, b'{"message": "hi", "session_id": ""}', JSON),
        (422, b'{"message": "hi", "session_id": "' + b"a" * 101 + b'"}', JSON),
        (422, b'{"message": "' + b"a" * 2001 + b'"}', JSON),
    ],
)
def test_odd_bodies(customer, code, body, content_type):
    answer = customer.client.post(CHAT, data=body, content_type=content_type, headers=customer.headers)
    check_shape(answer, code)


def test_2000_emoji_are_a_message(customer):
    assert customer.ask("🎻" * 2000).status_code == 200


@pytest.mark.parametrize(
    ("code", "method", "path"),
    [
        (404, "GET", "/nowhere"),
        (404, "GET", "/api/nowhere"),
        (404, "GET", "/api/instruments/x"),
        (404, "GET", "/api/instruments/-1"),
        (404, "GET", "/api/docs/files/../../../app/config.py"),
        (405, "PUT", "/api/instruments"),
        (405, "GET", "/api/auth/login"),
        (422, "GET", "/api/instruments?page=0"),
        (422, "GET", "/api/instruments?page=x"),
        (422, "GET", "/api/instruments?page_size=101"),
        (422, "GET", "/api/instruments?sort=price"),
        (422, "GET", "/api/instruments?category=kazoo"),
        (422, "GET", "/api/instruments?max_daily_rate=cheap"),
        (422, "GET", "/api/instruments?max_daily_rate=1e400"),
        (422, "GET", "/api/instruments?max_daily_rate=NaN"),
        (422, "GET", "/api/instruments?min_daily_rate=9&max_daily_rate=8"),
        (422, "GET", "/api/instruments?max_rate=8"),
        (422, "GET", "/api/instruments?q=%00"),
    ],
)
def test_odd_paths_and_queries(client, code, method, path):
    answer = client.open(path, method=method)
    check_shape(answer, code)
    if code == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize(
    "injected",
    ["' OR '1'='1", "x'); DROP TABLE users; --", "1 UNION SELECT password_hash FROM users", "%' --", "$$;--"],
)
def test_sql_in_what_is_sent_is_only_text(client, staff, customer, shop, injected):
    named, _ = shop(name=injected), shop(name="Another")
    found = client.get("/api/instruments", query_string={"q": injected, "sort": "name"})
    assert found.status_code == 200
    assert {one["id"] for one in found.json} <= {named["id"]}
    assert client.get(f"/api/instruments/{named['id']}").json["name"] == injected
    assert client.get("/api/instruments", query_string={"sort": injected}).status_code == 422
    login = client.post("/api/auth/login", json={"email": "a@example.com", "password": injected})
    assert login.status_code == 401
    assert customer.ask(injected).status_code == 200
    assert customer.get("/api/auth/profile").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"daily_rate": "-1.00"},
        {"daily_rate": "1.001"},
        {"daily_rate": "10000000"},
        {"daily_rate": True},
        {"daily_rate": None},
        {"category": "kazoo"},
        {"size": "5/4"},
        {"name": "x" * 121},
        {"name": "\x00"},
        {"skill_levels": ["wizard"]},
        {"image_url": "javascript:alert(1)"},
        {"attributes": None},
        {"attributes": ["left"]},
        {"attributes": {"Keys": 88}},
        {"attributes": {"keys\n": 88}},
        {"attributes": {"a" * 41: 1}},
        {"attributes": {"keys": None}},
        {"attributes": {"keys": [88]}},
        {"attributes": {"keys": {"white": 52}}},
        {"attributes": {"keys": 10**10}},
        {"attributes": {"includes": " "}},
        {"attributes": {"includes": "x" * 101}},
        {"attributes": {"includes": "bow\x00"}},
        {"attributes": {f"a{number}": 1 for number in range(31)}},
        {"family": "bowed"},
        {"units": [{"serial_number": "x"}]},
        {"units": [{"serial_number": "x", "location": "y", "status": "lost"}]},
        {"units": {}},
    ],
)
def test_odd_instruments_are_refused_and_the_field_named(staff, change):
    answer = staff.post("/api/instruments", {**instrument(), **change})
    check_shape(answer, 422)
    assert next(iter(change)) in answer.json["errors"]["json"]


def test_a_failure_of_ours_tells_nothing_of_its_cause(app, client, monkeypatch):
    def fail() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("app.services.catalogue_service.count_by_family", fail)
    answer = client.get("/api/instruments/categories")
    check_shape(answer, 500)
    assert "secret" not in answer.text


def test_a_request_id_is_taken_over_only_when_it_is_one(client):
    assert client.get("/api/health", headers={"X-Request-ID": "abc-12345"}).headers["X-Request-ID"] == "abc-12345"
    made = client.get("/api/health", headers={"X-Request-ID": "x y<script>"}).headers["X-Request-ID"]
    assert "script" not in made


def test_strangers_are_not_told_what_a_body_should_look_like(client):
    answer = client.post(CHAT, data=json.dumps({"odd": 1}), content_type=JSON)
    check_shape(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


class TestOrigins:
    @pytest.fixture
    def settings(self):
        return {"CORS_ORIGINS": "https://shop.example, https://other.example"}

    def test_pages_of_named_origins_may_call_and_no_others(self, client):
        allowed = client.get("/api/health", headers={"Origin": "https://shop.example"})
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        refused = client.get("/api/health", headers={"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in refused.headers


def test_without_origins_no_page_from_elsewhere_may_call(client):
    answer = client.get("/api/health", headers={"Origin": "https://shop.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers
