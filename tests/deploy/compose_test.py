"""compose.yaml and the Dockerfile: parsed, and held against the rest (Docker is not needed)."""

import ipaddress
import re
from pathlib import Path

import pytest
import yaml

from app.config import SettingsSchema
from app.operations import host

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
OURS = ("migrate", "api", "chat", "timers")
GUNICORN = {"BIND", "WEB_WORKERS", "WEB_THREADS"}


def test_every_variable_of_the_application_is_a_setting():
    for name in OURS:
        assert set(SERVICES[name]["environment"]) <= set(SettingsSchema().fields) | GUNICORN


def test_the_pools_listen_where_nginx_and_prometheus_look():
    sites = (ROOT / "deploy" / "nginx" / "musical-instruments.conf").read_text("utf-8")
    scraped = (ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text("utf-8")
    for name in ("api", "chat"):
        port = SERVICES[name]["environment"]["BIND"].rpartition(":")[2]
        assert f"127.0.0.1:{port}" in sites
        assert f"127.0.0.1:{port}" in scraped
        for reader in (SERVICES["nginx"]["command"][2], SERVICES["prometheus"]["entrypoint"][2]):
            assert f"s/127.0.0.1:{port}/{name}:{port}/" in reader


def test_nginx_finds_a_pool_again_that_was_replaced():
    (network,) = COMPOSE["networks"]["default"]["ipam"]["config"]
    given_away = ipaddress.ip_network(network["ip_range"])
    for name in ("api", "chat"):
        address = ipaddress.ip_address(SERVICES[name]["networks"]["default"]["ipv4_address"])
        assert address in ipaddress.ip_network(network["subnet"])
        assert address not in given_away


def test_only_what_serves_is_asked_for_its_health():
    for name in OURS:
        assert SERVICES[name].get("healthcheck", {}).get("disable", False) == ("command" in SERVICES[name])


def test_the_timers_do_what_systemds_timers_do():
    for task in host.TASKS:
        assert f"flask {task};" in SERVICES["timers"]["command"][2]


def test_names_that_services_call_each_other_by_exist():
    environment = SERVICES["api"]["environment"]
    for setting in ("DATABASE_URL", "REDIS_URL", "OLLAMA_BASE_URL"):
        host = re.search(r"//(?:[^@/]*@)?([a-z]+):", environment[setting])[1]
        assert host in SERVICES
    for service in SERVICES.values():
        for needed in service.get("depends_on", {}):
            assert needed in SERVICES


def test_volumes_and_files_exist():
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./") and source != "./certificates":
                assert (ROOT / "deploy" / source).exists(), source
            elif not source.startswith("./"):
                assert source in COMPOSE["volumes"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - set(OURS)))
def test_foreign_images_are_pinned(name):
    assert re.search(r":v?\d+\.\d+", SERVICES[name]["image"])


def test_what_people_wait_for_tells_its_health():
    for name in ("postgres", "valkey", "ollama"):
        assert "healthcheck" in SERVICES[name]


def test_secrets_are_asked_for_and_never_written_down():
    text = (ROOT / "deploy" / "compose.yaml").read_text("utf-8")
    for name in ("SECRET_KEY", "JWT_SECRET_KEY", "BACKUP_KEY", "METRICS_TOKEN", "POSTGRES_PASSWORD"):
        assert f"${{{name}:?}}" in text


def test_the_image_is_pinned_unprivileged_and_watched():
    text = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    assert all(re.search(r":\d+\.\d+\.\d+-", line) for line in text.splitlines() if line.startswith("FROM"))
    assert text.index("USER shop") < text.index('CMD ["gunicorn')
    assert "HEALTHCHECK" in text
    assert "--require-hashes" in text
    left_out = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {".env", "instance", ".git", "deploy/shop.env", "deploy/certificates"} <= set(left_out)
