"""The documents are true: every example runs as typed, every name in a diagram is one of the code, every link leads
somewhere.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import mermaidx
import pytest
from flask import Flask

from app import __version__
from app.config import SettingsSchema
from app.demo.welcome import welcome
from app.extensions import db
from app.init import create_app
from app.services import demo_service
from app.vocabulary import RENTAL_STATUSES
from tests import pages
from tests.pages import ROOT, RUN, SHOP
from tests.servers import Instance
from tests.settings import SETTINGS

GUIDE = ROOT / "docs" / "CHATBOT_SYSTEM_GUIDE.md"
DIAGRAMS = ROOT / "docs" / "CHATBOT_ARCHITECTURE_VISUAL.md"
FIVE = ("SYSTEM_GUIDE", "QUICK_START", "IMPLEMENTATION_EXAMPLES", "ARCHITECTURE_VISUAL", "SUMMARY")
# What is typed as root on a machine of its own, or needs servers of its own: which test runs or reads it.
ELSEWHERE = {
    "deploy/README.md#On one machine, with systemd": "tests/deploy/machine_test.py",
    "deploy/README.md#In containers": "tests/deploy/compose_test.py",  # Read, not run: there is no Docker here.
    "deploy/README.md#A new release": "tests/deploy/machine_test.py",
    "deploy/README.md#Watching": "tests/deploy/watching_test.py",
    "deploy/README.md#Logs": "tests/deploy/logs_test.py",
    "deploy/README.md#When an alert comes": "tests/busy_test.py",
    "deploy/README.md#Backups": "tests/deploy/recovery_test.py",
    "deploy/README.md#The database is gone, the machine is there": "tests/deploy/recovery_test.py",
    "deploy/README.md#The machine is gone": "tests/deploy/recovery_test.py",
    "docs/beyond-one-host.md#What is whose": "tests/several_hosts_test.py",  # Run, with other addresses.
    "docs/beyond-one-host.md#PgBouncer": "tests/deploy/pgbouncer_test.py",
    "docs/beyond-one-host.md#Kubernetes": "tests/deploy/kubernetes_test.py",  # Held to its schemas: no cluster here.
}
SESSIONS = [(page, language) for page in pages.pages() for language in RUN if pages.examples(page, language)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory, sqlite_template) -> Iterator[Flask]:
    """The demo shop, on a database of its own."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("demo") / "shop.sqlite3")
    application = create_app({**SETTINGS, "DATABASE_URL": f"sqlite:///{path}"})
    with application.app_context():
        demo_service.seed()
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def shop(demo) -> Iterator[str]:
    """The demo shop, served: its URL. There is no model, so the catalogue answers."""
    instance = Instance({"DATABASE_URL": demo.config["DATABASE_URL"], "WEB_WORKERS": "1"})
    try:
        instance.start()
        yield instance.url
    finally:
        instance.close()


@pytest.mark.parametrize(("page", "language"), SESSIONS, ids=lambda part: getattr(part, "stem", part))
def test_every_example_runs_as_typed_and_prints_what_its_page_shows(page, language, shop, tmp_path):
    if not pages.has(RUN[language][1]):
        pytest.skip(f"The {language} examples are NOT tested: {RUN[language][1]} is not installed")
    for block, printed in pages.run(page, language, shop, tmp_path):
        assert block.shown is None or pages.agrees(printed, block.shown), f"{block.place} prints\n{printed}"


@pytest.mark.parametrize("page", pages.pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_code_block_is_run_or_says_why_not(page):
    for block in pages.blocks(page):
        if elsewhere := ELSEWHERE.get(f"{page.relative_to(ROOT)}#{block.heading}"):
            assert (ROOT / elsewhere).exists(), block.place
            continue
        assert block.is_fenced, f"{block.place}: fence it, and name its language"
        if block.language == "mermaid":
            assert page == DIAGRAMS, f"{block.place}: only the diagrams of {DIAGRAMS.name} are parsed"
        elif block.language in RUN:
            assert block.reason in ("", *pages.REASONS), f"{block.place}: {block.reason} is no reason"
        else:
            assert block.reason in pages.REASONS, f"{block.place}: neither run nor with a reason"


def test_an_output_may_vary_where_the_page_says_so_and_nowhere_else():
    assert pages.agrees('{"id":7,"name":"Mara"}\n', '{"id": …,\n "name": "Mara"}')
    assert not pages.agrees('{"id":7,"name":"Jonas"}\n', '{"id": …, "name": "Mara"}')
    assert not pages.agrees("two lines\nmore", "two lines")


def test_the_lines_of_the_welcome_run_as_typed(demo, shop, tmp_path):
    told = welcome(demo, "127.0.0.1", 5000).partition("from a second terminal:\n")[2]
    script = tmp_path / "welcome.sh"
    script.write_text(re.match(r"\n((?:    .+\n)+)", told)[1].replace(SHOP, shop))
    done = subprocess.run(["bash", "-euo", "pipefail", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert '"recommendations":[{' in done.stdout


@pytest.mark.parametrize("page", pages.pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        assert place.exists(), f"{page.name}: {target}"
        if anchor:
            assert anchor in _anchors(place), f"{page.name}: {target}"


def _anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_map_names_every_page():
    told = (ROOT / "docs" / "README.md").read_text("utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in told, page.name
    assert {f"CHATBOT_{name}.md" for name in FIVE} <= {page.name for page in (ROOT / "docs").glob("*.md")}


def _operations(client) -> dict[str, dict]:
    paths = client.get("/api/openapi.json").json["paths"]
    return {f"{method.upper()} {path}": told for path, methods in paths.items() for method, told in methods.items()}


def test_the_guide_describes_every_operation_and_no_other(client):
    operations = _operations(client)
    headings = re.findall(r"^#### `((?:GET|POST|PATCH|PUT|DELETE) [^`]+)` · `(\w+)`$", GUIDE.read_text("utf-8"), re.M)
    assert dict(headings) == {name: told["operationId"] for name, told in operations.items()}


def test_the_guide_names_every_field_that_an_operation_takes_and_every_failure_that_it_answers(client):
    guide = GUIDE.read_text("utf-8")
    document = client.get("/api/openapi.json").json
    for name, told in _operations(client).items():
        section = guide.partition(f"#### `{name}`")[2].partition("\n#")[0]
        for field in _fields(document, told):
            assert f"`{field}`" in section, (name, field)
        for code in set(told["responses"]) - {"default", "400", "413", "415", "422", "401"}:
            assert code in section, (name, code)


def _fields(document: dict, operation: dict) -> list[str]:
    """The names of body and query; pages and headers are explained once for all."""
    reference = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    schema = document["components"]["schemas"].get(reference.get("$ref", "").rpartition("/")[2], {})
    query = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"]
    return [*schema.get("properties", {}), *(name for name in query if name not in ("page", "page_size"))]


def test_the_guide_names_every_field_of_the_shapes(client):
    guide = GUIDE.read_text("utf-8")
    schemas = client.get("/api/openapi.json").json["components"]["schemas"]
    shapes = {"User", "Instrument", "Unit", "Rental", "Reply", "Recommendation", "Understood", "Message", "Quote"}
    for shape in shapes | {"Preferences", "Usage", "Step", "Session", "Export", "Block", "UnmetDemand"}:
        for name in schemas[shape]["properties"]:
            assert f"`{name}`" in guide, (shape, name)


def test_the_changelog_has_versions_newest_first_and_the_api_tells_the_newest(client):
    found = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert found[0] == "Unreleased"
    versions = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+) – \d{4}-\d\d-\d\d", told) for told in found[1:]]
    assert all(versions)
    numbers = [tuple(map(int, told.groups())) for told in versions]
    assert numbers == sorted(numbers, reverse=True)
    assert found.count("Unreleased") == 1
    newest = ".".join(map(str, numbers[0]))
    assert __version__ == newest
    assert client.get("/api/openapi.json").json["info"]["version"] == newest


def test_every_setting_that_the_five_documents_name_is_one():
    for page in (ROOT / "docs").glob("CHATBOT_*.md"):
        for name in re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", page.read_text("utf-8")):
            assert name in SettingsSchema().fields, (page.name, name)


def test_the_client_of_the_examples_waits_as_it_is_told_and_repeats_under_the_same_key():
    page = ROOT / "docs" / "CHATBOT_IMPLEMENTATION_EXAMPLES.md"
    names: dict = {}
    exec(pages.examples(page, "python")[0].text, names)
    answers = [(429, {"Retry-After": "0.01"}), (503, {"Retry-After": "0.01"}), (201, {})]
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        code, headers = answers.pop(0)
        return httpx.Response(code, headers=headers, json={})

    shop = object.__new__(names["Shop"])
    with httpx.Client(base_url=SHOP, transport=httpx.MockTransport(answer)) as shop.http:
        shop.tokens = {"access_token": "t"}
        assert shop.call("POST", "/api/rentals", json={}).status_code == 201
    assert len({request.headers["Idempotency-Key"] for request in asked}) == 1
    assert not answers


DRAWN = {block.heading: block.text for block in pages.blocks(DIAGRAMS)}


@pytest.mark.parametrize("heading", DRAWN)
def test_a_diagram_can_be_drawn(heading):
    assert "<svg" in mermaidx.render(DRAWN[heading]).svg()


def test_a_diagram_that_is_no_mermaid_is_noticed():
    with pytest.raises(RuntimeError, match="Parse error"):
        mermaidx.render(DRAWN["Data"].replace("||--o{", "||-->")).svg()


def test_the_diagram_of_the_rooms_shows_them_all_and_who_looks_at_whom():
    inside = DRAWN["The rooms"].partition("subgraph app")[2].partition("\n    end")[0]
    arrows = set(re.findall(r"^ +(\w+) --> (\w+)$", inside, re.MULTILINE))
    rooms = {room for arrow in arrows for room in arrow} | set(re.findall(r"^ +(\w+)$", inside, re.MULTILINE))
    folders = {path.parent.name for path in (ROOT / "app").glob("*/*") if path.suffix != ".pyc"} - {"__pycache__"}
    assert rooms == folders | {"cli"}
    for one, other in arrows:
        files = [ROOT / "app" / f"{one}.py"] if one == "cli" else (ROOT / "app" / one).rglob("*.py")
        imports = rf"^ *from app\.{other}|^ *from app import .*\b{other}\b"
        assert any(re.search(imports, file.read_text("utf-8"), re.MULTILINE) for file in files), (one, other)


def test_the_diagram_of_the_data_shows_every_table_and_every_foreign_key():
    told = DRAWN["Data"]
    shown = set(re.findall(r"^ +(\w+) \S+ (\w+) :", told, re.MULTILINE))
    alone = set(re.findall(r"^ +(\w+)$", told, re.MULTILINE))
    tables = db.metadata.tables
    assert shown == {(key.column.table.name, table.name) for table in tables.values() for key in table.foreign_keys}
    assert {table for pair in shown for table in pair} | alone == set(tables)


def _steps(heading: str) -> list[tuple[str, str, str]]:
    return re.findall(r"^ +(\S+) --> ([^\s:]+)(?:: (.+))?$", DRAWN[heading], re.MULTILINE)


def test_the_diagrams_of_rentals_and_conversations_show_states_and_steps_that_there_are(client, app):
    steps = _steps("The life of a rental")
    assert {state for step in steps for state in step[:2]} - {"[*]"} == set(RENTAL_STATUSES)
    known = {told["operationId"] for told in _operations(client).values()}
    known |= set(app.cli.commands) | set(SettingsSchema().fields)
    for *_, label in [*steps, *_steps("A conversation's life")]:
        for name in re.findall(r"\b\w+(?:[_-]\w+)+\b", label):
            assert name in known, label


def test_the_diagram_of_a_chat_names_files_and_an_operation_that_there_are(client):
    told = DRAWN["The way of a chat message"]
    files = re.findall(r"as (\S+\.py)$", told, re.MULTILINE)
    assert len(files) == 3
    assert all((ROOT / "app" / file).exists() for file in files)
    assert set(re.findall(r"(?:GET|POST) /\S+", told)) == {"POST /api/chatbot/chat"} <= set(_operations(client))


def test_the_diagram_of_the_deployment_names_ports_and_tasks_that_there_are(app):
    told = DRAWN["Deployment on one machine"]
    site = (ROOT / "deploy" / "nginx" / "musical-instruments.conf").read_text("utf-8")
    ports = re.findall(r"instance (\d+)", told)
    assert len(ports) == 4
    assert all(f"server 127.0.0.1:{port} " in site for port in ports)
    timers = {path.stem.removeprefix("musical-instruments-") for path in (ROOT / "deploy/systemd").glob("*.timer")}
    assert set(re.search(r"tasks\[(.+)\]", told)[1].split(", ")) == timers <= set(app.cli.commands)


def test_the_incident_plan_names_alerts_that_there_are():
    rules = (ROOT / "deploy" / "prometheus" / "rules.yml").read_text("utf-8")
    named = re.findall(r"`([A-Z][a-z]+[A-Z]\w+)`", (ROOT / "docs" / "incidents.md").read_text("utf-8"))
    assert len(named) >= 8
    assert all(f"alert: {name}" in rules for name in named)


def test_nothing_stands_twice_in_the_changelog():
    entries = re.findall(r"^- .+\n(?:  .+\n)*", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert len(entries) == len({re.sub(r"\s+", " ", entry) for entry in entries})


def test_the_messages_in_the_troubleshooting_are_those_of_the_code():
    table = (ROOT / "docs" / "CHATBOT_QUICK_START.md").read_text("utf-8").partition("does not work\n")[2]
    told = re.findall(r"^\| [^`|]*`([A-Z][^`]*?|the shop [^`]*?)(?: …)?` \|", table, re.MULTILINE)
    files = [*(ROOT / "app").rglob("*.py"), ROOT / "run.py", ROOT / "Makefile"]
    code = "\n".join(file.read_text("utf-8") for file in files)
    assert len(told) >= 6
    assert [message for message in told if message not in code] == []
