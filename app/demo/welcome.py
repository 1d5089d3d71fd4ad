"""What a newcomer is told when the shop opens: where everything is, and lines to paste."""

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.services import demo_service

OPEN = """
  The shop is open.

    page     {base}/
    docs     {base}/api/docs
    health   {base}/api/health
"""
DEMO = """
  Demo logins, all with the password {password}
{logins}

  Talk to it from a second terminal:

    TOKEN=$(curl -s {base}/api/auth/login -H 'Content-Type: application/json' \\
      -d '{{"email": "{email}", "password": "{password}"}}' \\
      | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
    curl -s {base}/api/chatbot/chat -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
      -d '{{"message": "A quiet piano for my flat, under 20 a day, from Friday for two weeks"}}'
"""
NO_TABLES = """
  Its database is not ready: stop it, and type flask db upgrade
"""
MODEL = """
  The language model is {model}, if it can be reached; the catalogue answers when it cannot. Stop with Ctrl+C.
"""


def welcome(app: Flask, host: str, port: int) -> str:
    """The words for a shop that listens there; the demo's logins are among them where they are in its database."""
    base = f"http://{_as_seen_from_here(host)}:{port}"
    return OPEN.format(base=base) + _demo(app, base) + MODEL.format(model=app.config["CHAT_MODEL"])


def _demo(app: Flask, base: str) -> str:
    try:
        with app.app_context():
            people = demo_service.people_here()
    except SQLAlchemyError:
        return NO_TABLES
    if not people:
        return ""
    logins = "\n".join(f"    {email:20} {role:9} {name}" for email, name, role, _ in people)
    return DEMO.format(base=base, password=demo_service.PASSWORD, logins=logins, email=people[0][0])


def _as_seen_from_here(host: str) -> str:
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{here}]" if ":" in here else here
