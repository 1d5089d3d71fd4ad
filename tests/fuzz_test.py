"""Hostile requests, made from the API's own description: nothing gets a 500, and every answer is a documented one.

On PostgreSQL, which refuses more than SQLite does: NUL bytes, integers out of range, far offsets.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import content_type_conformance, not_a_server_error, status_code_conformance
from schemathesis.checks import response_schema_conformance as schema_conformance

from app.init import create_app
from tests.factories import sign_up
from tests.fakes import FakeChatModel
from tests.settings import SETTINGS

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, schema_conformance]


@pytest.fixture(scope="module")
def fuzzed_app(postgres_url):
    return create_app({**SETTINGS, "DATABASE_URL": postgres_url}, chat_model=FakeChatModel(scripts=[], asked=[]))


@pytest.fixture(scope="module")
def admin(fuzzed_app):
    return sign_up(fuzzed_app.test_client(), role="admin")


UNFIT = ("logout", "password", "refresh")  # They end the very login with which the others are asked.


def operations(app) -> dict:
    found = schemathesis.openapi.from_wsgi("/api/openapi.json", app).get_all_operations()
    return {operation.ok().label: operation.ok() for operation in found}


LABELS = [
    label for label in operations(create_app({**SETTINGS, "DATABASE_URL": "sqlite://"})) if not label.endswith(UNFIT)
]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "hostile"])
def test_odd_requests(fuzzed_app, admin, label, mode):
    operation = operations(fuzzed_app)[label]

    @hypothesis_settings(
        max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(headers=admin.headers, checks=CHECKS)

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # Nothing about this call can be made wrong.
