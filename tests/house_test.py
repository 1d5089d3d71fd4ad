"""The house itself: what operators type works, the demo shop is believable, logs tell no secrets."""

import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from app.extensions import db
from app.models import Instrument, ModelUsage, Unit, User
from app.services import demo_service
from app.vocabulary import CATEGORIES
from tests.factories import PASSWORD, sign_in

ROOT = Path(__file__).parent.parent


@pytest.fixture
def runner(app):
    return app.test_cli_runner()


def test_an_admin_is_made_on_the_command_line(client, runner):
    arguments = ["create-admin-user", "--email", "Ada@example.com", "--password", PASSWORD]
    assert runner.invoke(args=arguments).exit_code == 0
    assert sign_in(client, "ada@example.com").get("/api/auth/profile").json["role"] == "admin"
    again = runner.invoke(args=arguments)
    assert again.exit_code == 1
    assert "already has an account" in again.output


@pytest.mark.parametrize(
    ("email", "password", "named"),
    [
        ("nonsense", PASSWORD, "email"),
        ("a@example.com", "short", "password"),
        ("a@example.com", "password1", "password"),
    ],
)
def test_an_admin_with_odd_facts_is_refused(runner, email, password, named):
    result = runner.invoke(args=["create-admin-user", "--email", email, "--password", password])
    assert result.exit_code == 1
    assert named in result.output


def test_the_demo_shop_is_believable(app, runner):
    assert runner.invoke(args=["seed-demo"]).exit_code == 0
    with app.app_context():
        instruments = db.session.scalars(select(Instrument)).all()
        units = db.session.scalars(select(Unit)).all()
        roles = Counter(user.role for user in db.session.scalars(select(User)))
        assert len(instruments) >= 120
        assert len(units) >= 250
        assert {unit.location for unit in units} == set(demo_service.BRANCHES)
        assert {instrument.category for instrument in instruments} == set(CATEGORIES)
        assert roles["customer"] >= 4
        assert (roles["staff"], roles["admin"]) == (1, 1)
        assert len({instrument.name + (instrument.size or "") for instrument in instruments}) == len(instruments)
        for instrument in instruments:
            assert instrument.daily_rate < instrument.weekly_rate < instrument.daily_rate * 7, instrument.name
            assert instrument.weekly_rate < instrument.monthly_rate < instrument.daily_rate * 30, instrument.name
            assert len(instrument.description) > 30, instrument.name
            assert instrument.skill_levels, instrument.name


def test_the_demo_shop_opens_only_in_an_empty_catalogue(runner):
    assert runner.invoke(args=["seed-demo"]).exit_code == 0
    assert runner.invoke(args=["seed-demo"]).exit_code == 1
    assert runner.invoke(args=["seed-demo", "--if-empty"]).exit_code == 0


def test_the_demo_shop_opens_after_its_admin_was_made(client, runner):
    admin = ["create-admin-user", "--email", "admin@example.com", "--password", PASSWORD]
    assert runner.invoke(args=admin).exit_code == 0
    told = runner.invoke(args=["seed-demo", "--if-empty"])
    assert f"{len(demo_service.PEOPLE) - 1} logins" in told.output
    assert sign_in(client, "admin@example.com").get("/api/auth/profile").json["name"] == "Admin"
    assert client.get("/api/instruments").json


@pytest.mark.parametrize("settings", [{"FLASK_ENV": "production", "RATELIMIT_ENABLED": "0"}])
def test_in_production_the_demo_shop_has_no_logins(app, client, runner):
    told = runner.invoke(args=["seed-demo"])
    assert told.exit_code == 0
    assert "No demo logins in production" in told.output
    assert client.get("/api/instruments").json
    with app.app_context():
        assert not db.session.scalars(select(User)).all()


def test_every_demo_login_works(client, runner):
    runner.invoke(args=["seed-demo"])
    for email, *_ in demo_service.PEOPLE:
        person = sign_in(client, email, demo_service.PASSWORD)
        assert person.post("/api/chatbot/recommend-for-me", {}).json["recommendations"]


def test_the_tokens_of_chats_are_reported_with_what_they_would_cost(app, customer, shop, model, runner):
    shop()
    assert "No chat" in runner.invoke(args=["usage-report"]).output
    model.queue("A fine wish!")
    customer.ask("a piano")
    with app.app_context():
        db.session.execute(sa.update(ModelUsage).values(prompt_tokens=2_000_000, completion_tokens=100_000))
        db.session.commit()
    told = runner.invoke(args=["usage-report", "--prompt-price", "0.50", "--completion-price", "1.50"]).output
    assert "ollama:llama2: 1 turns" in told
    assert "at these prices 1.15" in told
    assert runner.invoke(args=["usage-report", "--prompt-price", "much"]).exit_code == 1


def test_the_page_is_served_with_a_policy_that_allows_only_itself(client):
    page = client.get("/")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.text
    for source in re.findall(r'(?:src|href)="(/web/[^"]+)"', page.text):
        with client.get(source) as answer:
            assert answer.status_code == 200, source


def test_a_request_writes_one_line_without_secrets(customer, caplog):
    with caplog.at_level("INFO"):
        customer.ask("my secret wish").close()
        customer.client.post("/api/auth/login", json={"email": customer.email, "password": PASSWORD}).close()
    lines = [record.getMessage() for record in caplog.records if record.name == "request"]
    assert len(lines) == 2
    assert "'route': '/api/chatbot/chat'" in lines[0]
    assert f"'user_id': {customer.id}" in lines[0]
    for secret in ("secret wish", PASSWORD, customer.email, customer.access_token):
        assert secret not in caplog.text


def test_starting_does_not_import_the_language_model():
    code = "import sys, app.init; print('langchain_core' in sys.modules, 'ollama' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False"]


def test_gunicorn_finds_its_application():
    environment = {**os.environ, "DATABASE_URL": "sqlite://"}
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn_config.py", "--check-config"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    target = re.search(r'wsgi_app = "(.+)"', (ROOT / "gunicorn_config.py").read_text())[1]
    assert target == "app.init:create_app()"


def test_requirements_hold_the_promised_packages_pinned_with_hashes():
    pinned = (ROOT / "requirements.txt").read_text()
    promised = """flask flask-smorest flask-sqlalchemy flask-migrate flask-jwt-extended marshmallow langchain
        langchain-ollama gunicorn psycopg2-binary pytest"""
    for name in promised.split():
        assert re.search(rf"^{name}==[\w.]+ ", pinned, re.MULTILINE), name
    packages = re.findall(r"^[a-z0-9-]+==", pinned, re.MULTILINE)
    assert pinned.count("--hash=") >= len(packages) > 40


def test_the_directions_of_the_rooms_are_held():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert len(contracts) >= 4
    subprocess.run([str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, check=True, capture_output=True)
