"""What the application answers to those who knock first."""

from functools import partial

from flask import current_app

from app.operations.deploy_check.finding import Checks, Finding, judge

PATHS = ("/api/health", "/api/instruments", "/api/openapi.json", "/api/docs")


def page(path: str) -> Finding:
    with current_app.test_client().get(path) as answer:
        return judge(answer.status_code == 200, f"answers {answer.status_code}", "Read the log.")


CHECKS: Checks = {path: partial(page, path) for path in PATHS}
