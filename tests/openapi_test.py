"""The API's description: valid, whole, true when it is tried, and served from our own host."""

import re
from datetime import date

import pytest
from openapi_spec_validator import validate

from app.services import demo_service
from tests.factories import Clock, Person, sign_in
from tests.guards_test import GUARDS, REFRESH, STAFF

# What generated clients call. To rename one is to break them.
OPERATIONS = {
    "GET /api/health": "check_health",
    "GET /api/health/ready": "check_readiness",
    "POST /api/auth/register": "register",
    "POST /api/auth/login": "login",
    "POST /api/auth/refresh": "refresh_tokens",
    "POST /api/auth/logout": "logout",
    "GET /api/auth/profile": "get_profile",
    "PATCH /api/auth/profile": "change_profile",
    "POST /api/auth/password": "change_password",
    "GET /api/auth/export": "export_personal_data",
    "DELETE /api/auth/account": "delete_account",
    "GET /api/instruments": "list_instruments",
    "POST /api/instruments": "create_instrument",
    "GET /api/instruments/available": "list_available_instruments",
    "GET /api/instruments/categories": "list_categories",
    "GET /api/instruments/unmet-demand": "list_unmet_demand",
    "GET /api/instruments/{instrument_id}": "get_instrument",
    "PATCH /api/instruments/{instrument_id}": "change_instrument",
    "DELETE /api/instruments/{instrument_id}": "withdraw_instrument",
    "GET /api/instruments/{instrument_id}/availability": "get_availability",
    "POST /api/instruments/{instrument_id}/units": "add_unit",
    "PATCH /api/instruments/{instrument_id}/units/{unit_id}": "change_unit",
    "GET /api/instruments/{instrument_id}/units/{unit_id}/blocks": "list_blocks",
    "POST /api/instruments/{instrument_id}/units/{unit_id}/blocks": "block_unit",
    "DELETE /api/instruments/{instrument_id}/units/{unit_id}/blocks/{block_id}": "unblock_unit",
    "POST /api/rentals/quote": "quote_rental",
    "POST /api/rentals": "reserve_rental",
    "GET /api/rentals": "list_rentals",
    "GET /api/rentals/{rental_id}": "get_rental",
    "GET /api/rentals/{rental_id}/history": "get_rental_history",
    "POST /api/rentals/{rental_id}/cancel": "cancel_rental",
    "POST /api/rentals/{rental_id}/extend": "extend_rental",
    "POST /api/rentals/{rental_id}/exchange": "exchange_rental",
    "POST /api/rentals/{rental_id}/pickup": "hand_out_rental",
    "POST /api/rentals/{rental_id}/return": "take_back_rental",
    "GET /api/rentals/calendar-link": "get_calendar_link",
    "GET /api/rentals/calendar.ics": "get_calendar",
    "POST /api/chatbot/chat": "chat",
    "POST /api/chatbot/ask-instrument-question": "ask_instrument_question",
    "POST /api/chatbot/recommend-for-me": "recommend_for_me",
    "GET /api/chatbot/history/{session_id}": "get_history",
    "GET /api/chatbot/sessions": "list_sessions",
    "DELETE /api/chatbot/clear-session/{session_id}": "clear_session",
    "POST /api/chatbot/messages/{message_id}/feedback": "give_feedback",
}


@pytest.fixture
def document(client):
    return client.get("/api/openapi.json").json


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_it_is_valid_openapi_3(document):
    assert document["openapi"].startswith("3.")
    validate(document)


def test_every_operation_has_a_summary_and_its_statuses(document):
    for name, operation in operations(document):
        assert operation["summary"], name
        codes = set(operation["responses"])
        assert any(code.startswith("2") for code in codes), name
        if "requestBody" in operation:
            assert codes >= {"400", "413", "415", "422"}, name
        if operation.get("security"):
            assert "401" in codes, name


def test_operations_keep_the_names_that_generated_clients_call(document):
    assert {name: operation["operationId"] for name, operation in operations(document)} == OPERATIONS
    assert len(set(OPERATIONS.values())) == len(OPERATIONS)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in OPERATIONS.values())


def test_every_body_shows_an_example(document):
    for name, operation in operations(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert content["example"], name


def test_no_header_and_no_filter_is_filled_in(document):
    """Swagger UI sends what it finds as an example."""
    for name, operation in operations(document):
        for parameter in operation["parameters"]:
            shown = "example" in parameter or "example" in parameter["schema"]
            assert not shown or parameter["in"] == "path", (name, parameter["name"])


def test_no_number_of_this_server_is_told(document):
    """A client has no use for the largest integer of our database, nor for ids that only we have."""

    def numbers(told):
        if isinstance(told, dict | list):
            for part in told.values() if isinstance(told, dict) else told:
                yield from numbers(part)
        elif isinstance(told, int):
            yield told

    assert max(numbers(document)) <= 4000


def test_failures_have_their_shape(document):
    shape = document["components"]["schemas"]["Error"]
    assert set(shape["required"]) == {"code", "status", "message", "errors"}
    failure = document["components"]["responses"]["CONFLICT"]["content"]["application/json"]["schema"]
    assert failure == {"$ref": "#/components/schemas/Error"}


def test_guarded_operations_can_be_authorized(document):
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    guarded = {name for name, operation in operations(document) if operation.get("security")}
    assert "POST /api/chatbot/chat" in guarded
    assert "POST /api/instruments" in guarded
    assert "GET /api/instruments" not in guarded


def test_examples_are_of_the_day_on_which_they_are_read(client, clock):
    for _ in range(3):
        clock.pass_days(400)
        bodies = client.get("/api/openapi.json").json["paths"]["/api/rentals/quote"]["post"]["requestBody"]
        assert date.fromisoformat(bodies["content"]["application/json"]["example"]["start_date"]) > clock.today


OF_RENTALS = {operation_id for name, operation_id in OPERATIONS.items() if "{rental_id}" in name}


class Reader:
    """Somebody who tries operations with what the document shows, and with ids that earlier answers told."""

    def __init__(self, client, clock: Clock):
        self.client, self.clock = client, clock
        demo = {role: email for email, _, role, _ in reversed(demo_service.PEOPLE)}
        self.people = {role: sign_in(client, demo[role], demo_service.PASSWORD) for role in ("customer", "staff")}
        self.reload()

    def reload(self) -> None:
        """Opens the page anew: the examples are new as well."""
        told = self.client.get("/api/openapi.json").json
        self.shown = {operation["operationId"]: (name, operation) for name, operation in operations(told)}

    def send(self, operation_id: str, person: Person | None = None, query: str = "", **known):
        """The operation as it stands; `known` are path parameters that have no example."""
        name, operation = self.shown[operation_id]
        method, path = name.split(" ")
        guard = _guards()[re.sub(r"\{\w+}", "{}", name)]
        person = person or self.people["staff" if guard == STAFF else "customer"]
        token = person.refresh_token if guard == REFRESH else person.access_token
        shown = {parameter["name"]: parameter.get("example") for parameter in operation["parameters"]}
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
        headers = {"Authorization": f"Bearer {token}"} if operation.get("security") else {}
        return self.client.open(path.format(**{**shown, **known}) + query, method=method, json=body, headers=headers)

    def try_out(self, operation_id: str):
        """The operation, after the calls that make what it needs; what was made is taken away again."""
        self.reload()
        if operation_id in OF_RENTALS:
            return self._try_with_a_rental(operation_id)
        match operation_id:
            case "logout" | "delete_account":
                return self.send(operation_id, self._newcomer())
            case "withdraw_instrument":
                return self.send(operation_id, instrument_id=self.send("create_instrument").json["id"])
            case "block_unit" | "unblock_unit":
                blocked = self.send("block_unit")
                unblocked = self.send("unblock_unit", block_id=blocked.json["id"])
                return blocked if operation_id == "block_unit" else unblocked
            case "get_history" | "clear_session":
                self.send("chat")
                return self.send(operation_id)
            case "give_feedback":
                return self.send(operation_id, message_id=self.send("chat").json["message_id"])
            case "get_calendar":
                return self.send(operation_id, query="?" + self.send("get_calendar_link").json["url"].split("?")[1])
            case "reserve_rental":
                reserved = self.send("reserve_rental")
                self.send("cancel_rental", rental_id=reserved.json["id"])
                return reserved
            case _:
                return self.send(operation_id)

    def _try_with_a_rental(self, operation_id: str):
        rental = self.send("reserve_rental").json
        if operation_id in ("hand_out_rental", "take_back_rental"):
            self.clock.today = date.fromisoformat(rental["start_date"])
            handed_out = self.send("hand_out_rental", rental_id=rental["id"])
            taken_back = self.send("take_back_rental", rental_id=rental["id"])
            return handed_out if operation_id == "hand_out_rental" else taken_back
        answer = self.send(operation_id, rental_id=rental["id"])
        self.send("cancel_rental", rental_id=rental["id"])
        return answer

    def _newcomer(self) -> Person:
        password = self.shown["register"][1]["requestBody"]["content"]["application/json"]["example"]["password"]
        return sign_in(self.client, self.send("register").json["email"], password)


def _guards() -> dict[str, str]:
    return {f"{method} {re.sub(r'<[^>]+>', '{}', rule)}": guard for (method, rule), guard in GUARDS.items()}


def test_every_operation_works_with_its_own_examples_on_the_demo_shop(app, client, clock):
    with app.app_context():
        demo_service.seed()
    reader = Reader(client, clock)
    answers = {operation_id: reader.try_out(operation_id) for operation_id in OPERATIONS.values()}
    failed = {name: (answer.status_code, answer.text) for name, answer in answers.items() if answer.status_code >= 300}
    assert not failed
    assert answers["chat"].json["recommendations"]
    assert answers["quote_rental"].json["available"]


def test_an_example_may_be_sent_again(app, client, clock):
    """Twice from the same page, where that makes sense at all; registering takes a page that was opened anew."""
    with app.app_context():
        demo_service.seed()
    reader = Reader(client, clock)
    for operation_id in ("login", "change_profile", "change_password", "change_unit", "reserve_rental", "chat"):
        assert {reader.send(operation_id).status_code for _ in range(2)} <= {200, 201, 204}, operation_id
    for operation_id in ("register", "create_instrument", "add_unit"):
        assert reader.send(operation_id).status_code == 201
        reader.reload()
        assert reader.send(operation_id).status_code == 201


def test_the_page_loads_nothing_from_elsewhere(client):
    page = client.get("/api/docs")
    sources = re.findall(r"""<(?:script|link)[^>]+(?:src|href)=["']([^"']+)""", page.text)
    assert len(sources) >= 4
    for source in sources:
        assert source.startswith(("/api/docs/files/", "/web/")), source
        with client.get(source) as answer:
            assert answer.status_code == 200
    assert "<script>" not in page.text
    assert "default-src 'none'; script-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_page_can_be_found_through_by_a_screen_reader(client):
    page = client.get("/api/docs").text
    assert '<html lang="en">' in page
    assert re.search("<title>[^<]+</title>", page)
    skip = re.search(r'<a class="skip" href="#([^"]+)">', page)[1]
    assert re.search(rf'<main id="{skip}"[^>]+aria-label=', page)
    assert re.search(r"<nav aria-label=", page)
