"""What `make run` tells: where everything is, and lines to paste."""

import sys

from app.services.demo_service import PASSWORD, PEOPLE

WELCOME = """
  The shop is open.

    page     {base}/
    docs     {base}/api/docs
    health   {base}/api/health

  Demo logins, all with the password {password}
{logins}

  Talk to it from a second terminal:

    TOKEN=$(curl -s {base}/api/auth/login -H 'Content-Type: application/json' \\
      -d '{{"email": "{email}", "password": "{password}"}}' \\
      | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
    curl -s {base}/api/chatbot/chat -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
      -d '{{"message": "A quiet piano for my flat, under 20 a day, from Friday for two weeks"}}'

  The language model is Ollama's llama2, if it runs; the catalogue answers when it does not. Stop with Ctrl+C.
"""


def welcome(port: str) -> str:
    logins = "\n".join(f"    {email:20} {role:9} {name}" for email, name, role, _ in PEOPLE)
    base = f"http://127.0.0.1:{port}"
    return WELCOME.format(base=base, password=PASSWORD, logins=logins, email=PEOPLE[0][0])


if __name__ == "__main__":
    sys.stdout.write(welcome(sys.argv[1]))
