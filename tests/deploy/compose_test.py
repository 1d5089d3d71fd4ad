"""compose.yaml and the Dockerfile: parsed, and held against the rest (Docker is not needed)."""

import ipaddress
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from app.config import SettingsSchema
from app.operations import host

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
OURS = ("migrate", "api", "chat", "timers")
SECRETS = ("deploy/shop.env", "deploy/provider.env", "deploy/certificates")
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


def test_the_model_can_be_chosen_and_is_ollamas_llama2_otherwise():
    for reader in (SERVICES["api"], SERVICES["pull-model"]):
        assert reader["environment"]["CHAT_MODEL"] == "${CHAT_MODEL:-" + SettingsSchema().load({})["CHAT_MODEL"] + "}"
        assert reader["environment"]["EMBED_MODEL"] == "${EMBED_MODEL:-}"


@pytest.mark.parametrize(
    ("chat_model", "embed_model", "pulled"),
    [
        ("ollama:llama2", "", ["pull llama2"]),
        ("ollama:qwen2.5:0.5b", "all-minilm", ["pull qwen2.5:0.5b", "pull all-minilm"]),
        ("openai:gpt-4o-mini", "", []),
    ],
)
def test_ollama_fetches_the_models_that_the_application_asks(chat_model, embed_model, pulled, tmp_path):
    note = tmp_path / "note"
    note.touch()
    (tmp_path / "ollama").write_text(f'#!/bin/sh\necho "$@" >> {note}\n')
    (tmp_path / "ollama").chmod(0o755)
    puller = SERVICES["pull-model"]
    command = [*puller["entrypoint"], puller["command"][0].replace("$$", "$")]
    given = {"PATH": f"{tmp_path}:/usr/bin:/bin", "CHAT_MODEL": chat_model, "EMBED_MODEL": embed_model}
    subprocess.run(command, env=given, check=True)
    assert note.read_text().splitlines() == pulled


def test_the_key_of_a_hosted_model_reaches_whoever_asks_it_and_nobody_else():
    for name, service in SERVICES.items():
        told = [file["path"] for file in service.get("env_file", []) if not file["required"]]
        assert told == (["./provider.env"] if name in OURS else []), name


def test_the_overlay_for_graphics_cards_adds_to_what_is_there():
    overlay = yaml.safe_load((ROOT / "deploy" / "compose.gpu.yaml").read_text("utf-8"))["services"]
    assert set(overlay) <= set(SERVICES)
    (device,) = overlay["ollama"]["deploy"]["resources"]["reservations"]["devices"]
    assert device["capabilities"] == ["gpu"]


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
    assert {".env", "instance", ".git", *SECRETS} <= set(left_out)
    assert set((ROOT / ".gitignore").read_text("utf-8").split()) >= {".env", *SECRETS[:2]}
