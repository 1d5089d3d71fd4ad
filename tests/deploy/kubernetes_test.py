"""deploy/kubernetes: held against Kubernetes' own schemas, itself, and the application (no cluster is needed)."""

import base64
import copy
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from dotenv import dotenv_values

import gunicorn_config
from app import config
from app.config import SettingsSchema
from app.init import create_app
from app.operations import host
from tests.deploy.compose_test import GUNICORN, SERVICES
from tests.settings import SETTINGS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
PAGE = ROOT / "docs" / "beyond-one-host.md"
OURS = "registry.example.com/musical-instruments"
OLDEST = "1.27"  # As kustomization.yaml promises.
# Debian's kubectl is too old for this kustomization; a newer one says which kustomize it holds.
KUSTOMIZE = shutil.which("kubectl") and "kustomizeVersion" in subprocess.check_output(
    ["kubectl", "version", "--client", "--output=json"], text=True
)
SERVING = ("api", "chat")
MADE = ("SECRET_KEY", "JWT_SECRET_KEY", "BACKUP_KEY", "METRICS_TOKEN")
SECRETS = {
    **dotenv_values(FOLDER / "secrets.env.example"),
    **{name: secrets.token_urlsafe(48) for name in MADE},
}


def render() -> list[dict[str, Any]]:
    """What kustomize makes of the folder, but for the hashes in names: the few things that this one is asked for."""
    asked = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
    assert set(asked) == {
        *("apiVersion", "kind", "namespace", "labels", "resources", "images", "configMapGenerator", "secretGenerator")
    }
    made = [thing for file in asked["resources"] for thing in yaml.safe_load_all((FOLDER / file).read_text("utf-8"))]
    made += [_generated("ConfigMap", one["name"], _given("settings.env")) for one in asked["configMapGenerator"]]
    made += [_generated("Secret", one["name"], SECRETS) for one in asked["secretGenerator"]]
    for thing in made:
        if thing["kind"] != "Namespace":
            thing["metadata"]["namespace"] = asked["namespace"]
        for labels in asked["labels"]:
            thing["metadata"]["labels"] = {**thing["metadata"].get("labels", {}), **labels["pairs"]}
        for container in containers(thing):
            for image in asked["images"]:
                if container["image"] == image["name"]:
                    container["image"] = f"{image['newName']}:{image['newTag']}"
    return made


def _given(name: str) -> dict[str, str]:
    return dict(dotenv_values(FOLDER / name))


def _generated(kind: str, name: str, given: dict[str, str]) -> dict[str, Any]:
    if kind == "Secret":
        coded = {key: base64.b64encode(value.encode()).decode() for key, value in given.items()}
        return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, "type": "Opaque", "data": coded}
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, "data": given}


def pod(thing: dict[str, Any]) -> dict[str, Any] | None:
    """The template of the pods that it makes."""
    if thing["kind"] == "CronJob":
        return thing["spec"]["jobTemplate"]["spec"]["template"]
    return thing["spec"]["template"] if thing["kind"] in ("Deployment", "StatefulSet", "Job") else None


def containers(thing: dict[str, Any]) -> list[dict[str, Any]]:
    made = pod(thing)
    return [*made["spec"].get("initContainers", []), *made["spec"]["containers"]] if made else []


THINGS = render()
WORKLOADS = {thing["metadata"]["name"]: thing for thing in THINGS if pod(thing)}
PODS = {name: pod(thing) for name, thing in WORKLOADS.items()}
EVERY_CONTAINER = [
    pytest.param(name, container, id=f"{name}/{container['name']}")
    for name, thing in WORKLOADS.items()
    for container in containers(thing)
]
every_container = pytest.mark.parametrize(("workload", "container"), EVERY_CONTAINER)


def of(kind: str) -> dict[str, dict[str, Any]]:
    return {thing["metadata"]["name"]: thing["spec"] for thing in THINGS if thing["kind"] == kind}


def selected(labels: dict[str, str]) -> set[str]:
    """The workloads whose pods have these labels."""
    return {name for name, made in PODS.items() if labels.items() <= made["metadata"]["labels"].items()}


def ports(workload: str) -> dict[str, int]:
    declared = [port for container in PODS[workload]["spec"]["containers"] for port in container.get("ports", [])]
    return {port["name"]: port["containerPort"] for port in declared}


@pytest.mark.parametrize("version", [OLDEST, kubernetes_validate.latest_version()])
@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: f"{thing['kind']}/{thing['metadata']['name']}")
def test_kubernetes_understands_every_word(thing, version):
    kubernetes_validate.validate(copy.deepcopy(thing), version, strict=True)


def test_a_word_that_kubernetes_does_not_know_is_noticed():
    odd = copy.deepcopy(WORKLOADS["api"])
    odd["spec"]["template"]["spec"]["containers"][0]["readinessprobe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(odd, OLDEST, strict=True)


def test_no_two_things_have_one_name():
    assert len({_name(thing) for thing in THINGS}) == len(THINGS)


if KUSTOMIZE:  # The others need no kubectl: `render` is what this one holds to the real thing.

    def test_kustomize_makes_the_same_of_it(tmp_path):
        assert sorted(_made_by_kubectl(tmp_path / "copy"), key=_name) == sorted(THINGS, key=_name)


def _made_by_kubectl(folder: Path) -> list[dict[str, Any]]:
    shutil.copytree(FOLDER, folder)
    (folder / "secrets.env").write_text("".join(f"{name}={value}\n" for name, value in SECRETS.items()))
    told = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True, check=True).stdout
    made = list(yaml.safe_load_all(re.sub(r"\b(settings|secrets)-[0-9a-z]{10}\b", r"\1", told)))
    for thing in made:
        if thing["kind"] == "Secret":  # It breaks the lines of long values.
            thing["data"] = {name: coded.replace("\n", "") for name, coded in thing["data"].items()}
    return made


def _name(thing: dict[str, Any]) -> tuple[str, str]:
    return thing["kind"], thing["metadata"]["name"]


def test_every_selector_finds_its_own_pods():
    for kind in ("Deployment", "StatefulSet"):
        for name, spec in of(kind).items():
            assert selected(spec["selector"]["matchLabels"]) == {name}
            for spread in spec["template"]["spec"].get("topologySpreadConstraints", []):
                assert selected(spread["labelSelector"]["matchLabels"]) == {name}
    for name, spec in of("Service").items():
        assert selected(spec["selector"]) == {name}
    for name, spec in of("PodDisruptionBudget").items():
        assert selected(spec["selector"]["matchLabels"]) == {name}
        assert spec["minAvailable"] < of("Deployment")[name]["replicas"]


def test_whoever_serves_customers_may_lose_a_node():
    assert set(of("PodDisruptionBudget")) == set(SERVING) == selected({"shop/serves": "customers"})
    for name in SERVING:
        assert of("Deployment")[name]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_every_port_that_is_named_is_there():
    for name, spec in of("Service").items():
        assert {port["targetPort"] for port in spec["ports"]} <= set(ports(name))
    for name, thing in WORKLOADS.items():
        for container in containers(thing):
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                way = container.get(probe, {}).get("httpGet") or container.get(probe, {}).get("tcpSocket")
                assert way is None or way["port"] in ports(name)
    for name in SERVING:
        told = PODS[name]["metadata"]["annotations"]
        assert int(told["prometheus.io/port"]) == ports(name)["http"]
        assert told["prometheus.io/path"] == "/metrics"
        bind = next(one["value"] for one in PODS[name]["spec"]["containers"][0]["env"] if one["name"] == "BIND")
        assert bind == f"0.0.0.0:{ports(name)['http']}"


def allowed() -> Iterator[tuple[str, str, int]]:
    """Who may ask whom at which port, among our pods: (from, to, port), as both ends allow it."""
    policies = of("NetworkPolicy").values()
    for way, other in (("egress", "to"), ("ingress", "from")):
        for policy in policies:
            here = selected(policy["podSelector"].get("matchLabels", {}))
            for rule in policy.get(way, []):
                there = {
                    name
                    for peer in rule[other]
                    if "podSelector" in peer and "namespaceSelector" not in peer
                    for name in selected(peer["podSelector"]["matchLabels"])
                }
                for one in here:
                    for two in there:
                        pair = (one, two) if way == "egress" else (two, one)
                        yield from ((way, *pair, port["port"]) for port in rule["ports"])


def test_nobody_talks_but_who_has_to_and_both_ends_agree():
    assert of("NetworkPolicy")["nobody"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    ways = list(allowed())
    sent = {way[1:] for way in ways if way[0] == "egress"}
    assert sent == {way[1:] for way in ways if way[0] == "ingress"}
    shop = {*SERVING, "migrate", *host.TASKS}
    assert selected({"shop/part": "application"}) == shop
    assert sent == {(one, other, port) for one in shop for other, port in (("valkey", 6379), ("ollama", 11434))}
    for _, server, port in sent:
        assert port in ports(server).values()
    asked = of("NetworkPolicy")["customers-and-prometheus-ask-the-shop"]
    assert selected(asked["podSelector"]["matchLabels"]) == set(SERVING)
    assert [port["port"] for port in asked["ingress"][0]["ports"]] == [ports("api")["http"]]


def test_every_variable_of_the_application_is_a_setting():
    known = set(SettingsSchema().fields) | GUNICORN
    assert set(_given("settings.env")) <= known
    assert set(SECRETS) <= known
    for thing in WORKLOADS.values():
        for container in containers(thing):
            if container["image"].startswith(OURS):
                assert {one["name"] for one in container.get("env", [])} <= known
                assert [next(iter(source.values()))["name"] for source in container["envFrom"]] == [
                    "settings",
                    "secrets",
                ]


def test_the_settings_start_the_shop():
    told = config.load({**_given("settings.env"), **SECRETS})
    assert (told["FLASK_ENV"], told["SECRETS_FROM_FILES"]) == ("production", [])
    assert told["BACKUP_DIR"].startswith("/data/")


def test_names_that_the_settings_call_exist():
    told = config.load({**_given("settings.env"), **SECRETS})
    valkey, port = re.search(r"//([a-z]+):(\d+)/", told["REDIS_URL"]).groups()
    assert int(port) in [one["port"] for one in of("Service")[valkey]["ports"]]
    ollama = of("StatefulSet")["ollama"]
    assert (ollama["serviceName"], of("Service")["ollama"]["clusterIP"]) == ("ollama", "None")
    replicas = range(ollama["replicas"])
    assert told["OLLAMA_BASE_URL"] == [f"http://ollama-{number}.ollama:11434" for number in replicas]


def test_what_is_to_be_done_by_the_clock_is_what_systemds_timers_do():
    jobs = of("CronJob")
    assert set(jobs) == set(host.TASKS)
    for task, job in jobs.items():
        (container,) = job["jobTemplate"]["spec"]["template"]["spec"]["containers"]
        assert container["command"] == ["flask", task]
        assert (job["concurrencyPolicy"], job["timeZone"]) == ("Forbid", "Etc/UTC")
        timer = (ROOT / "deploy" / "systemd" / f"musical-instruments-{task}.timer").read_text("utf-8")
        assert job["schedule"] == _as_cron(re.search(r"OnCalendar=(.+)", timer)[1])


def _as_cron(calendar: str) -> str:
    """`Sun *-*-* 04:00:00` as `0 4 * * 0`, and `*-*-* 00/6:10:00` as `10 */6 * * *`."""
    weekday, hour, every, minute = re.fullmatch(r"(Sun )?\*-\*-\* (\d+)(?:/(\d+))?:(\d+):00", calendar).groups()
    return f"{int(minute)} {f'*/{every}' if every else int(hour)} * * {'0' if weekday else '*'}"


def test_every_command_is_one_of_flasks():
    commands = create_app({**SETTINGS, "DATABASE_URL": "sqlite://"}).cli.commands
    for name in ("migrate", *host.TASKS):
        flask, *words = containers(WORKLOADS[name])[0]["command"]
        assert flask == "flask"
        found = commands[words[0]]
        for word in words[1:]:
            found = found.commands[word]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_probes_ask_for_what_is_there(client):
    for name in SERVING:
        (container,) = PODS[name]["spec"]["containers"]
        asked = {probe: container[probe]["httpGet"]["path"] for probe in container if probe.endswith("Probe")}
        # Ready is who has his database, migrated: so a new release waits for its migrations, and nothing else does.
        assert asked == {
            "startupProbe": "/api/health",
            "livenessProbe": "/api/health",
            "readinessProbe": "/api/health/ready",
        }
        assert {client.get(path).status_code for path in asked.values()} == {200}


@every_container
def test_no_container_is_root_writes_to_its_image_or_has_no_limit(workload, container):
    spec = PODS[workload]["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] > 0
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert (spec["automountServiceAccountToken"], spec["enableServiceLinks"]) == (False, False)
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    for bound in ("requests", "limits"):
        assert {"cpu", "memory"} <= set(container["resources"][bound])


@every_container
def test_every_mount_has_its_volume_and_there_is_a_tmp(workload, container):
    thing = WORKLOADS[workload]
    claimed = {claim["metadata"]["name"] for claim in thing["spec"].get("volumeClaimTemplates", [])}
    volumes = {volume["name"]: volume for volume in PODS[workload]["spec"]["volumes"]}
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    assert set(mounts.values()) <= set(volumes) | claimed
    assert "/tmp" in mounts
    claims = [one["persistentVolumeClaim"]["claimName"] for one in volumes.values() if "persistentVolumeClaim" in one]
    assert set(claims) <= {thing["metadata"]["name"] for thing in THINGS if thing["kind"] == "PersistentVolumeClaim"}
    assert bool(claims) == (workload in ("backup", "restore-drill"))


def test_the_image_runs_as_the_user_that_it_was_made_for():
    uid = int(re.search(r"--uid (\d+)", (ROOT / "deploy" / "Dockerfile").read_text("utf-8"))[1])
    for name in selected({"shop/part": "application"}):
        assert PODS[name]["spec"]["securityContext"]["runAsUser"] == uid


def test_each_time_limit_exceeds_the_one_within_it():
    told = config.load(SETTINGS)
    for name in SERVING:
        spec = PODS[name]["spec"]
        command, seconds = spec["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
        assert command == "sleep"
        assert spec["terminationGracePeriodSeconds"] > int(seconds) + gunicorn_config.graceful_timeout
        assert spec["terminationGracePeriodSeconds"] > 90
    for prefix, unit in (("nginx.ingress.kubernetes.io", ""), ("nginx.org", "s")):
        waits = {
            name: int(annotations(name)[f"{prefix}/proxy-read-timeout"].removesuffix(unit)) for name in of("Ingress")
        }
        assert waits["api"] > 30
        assert told["CHAT_TOTAL_TIMEOUT_SECONDS"] < gunicorn_config.graceful_timeout < waits["chat"]


def annotations(ingress: str) -> dict[str, str]:
    return next(
        thing["metadata"]["annotations"]
        for thing in THINGS
        if (thing["kind"], thing["metadata"]["name"]) == ("Ingress", ingress)
    )


def test_streams_are_passed_on_word_by_word():
    assert annotations("chat")["nginx.ingress.kubernetes.io/proxy-buffering"] == "off"
    assert annotations("chat")["nginx.org/proxy-buffering"] == "false"


def backend(path: str) -> str | None:
    """Which service the ingresses ask for this path: an exact one, or the longest beginning."""
    rules = [rule for spec in of("Ingress").values() for rule in spec["rules"][0]["http"]["paths"]]
    exact = [rule for rule in rules if rule["pathType"] == "Exact" and rule["path"] == path]
    begins = [
        rule for rule in rules if rule["pathType"] == "Prefix" and f"{path}/".startswith(f"{rule['path'].rstrip('/')}/")
    ]
    found = exact or sorted(begins, key=lambda rule: len(rule["path"]))[-1:]
    return found[0]["backend"]["service"]["name"] if found else None


def test_the_world_reaches_every_page_but_the_metrics_and_chats_go_to_the_chats():
    for rule in create_app({**SETTINGS, "DATABASE_URL": "sqlite://"}).url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "1", str(rule))
        expected = None if path == "/metrics" else "chat" if path.startswith("/api/chatbot/") else "api"
        assert backend(path) == expected, path
    for spec in of("Ingress").values():
        (rule,) = spec["rules"]
        assert spec["tls"][0]["hosts"] == [rule["host"]]
        for path in rule["http"]["paths"]:
            service = path["backend"]["service"]
            assert service["port"]["name"] in [port["name"] for port in of("Service")[service["name"]]["ports"]]


def test_prometheus_understands_how_the_page_says_to_find_the_pods(tmp_path):
    (told,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    token = tmp_path / "token"
    token.write_text("shown")
    (job,) = yaml.safe_load(told.replace("/etc/prometheus/metrics-token", str(token)))
    (kubernetes,) = job.pop("kubernetes_sd_configs")  # Debian's Prometheus is built without.
    assert kubernetes == {"role": "pod", "namespaces": {"names": [WORKLOADS["api"]["metadata"]["namespace"]]}}
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump({"scrape_configs": [job]}))
    subprocess.run(
        ["promtool", "check", "config", "--syntax-only", tmp_path / "prometheus.yml"], check=True, capture_output=True
    )
    asked = {label for rule in job["relabel_configs"] for label in rule["source_labels"]}
    for name in SERVING:
        metadata = PODS[name]["metadata"]
        there = {"__meta_kubernetes_pod_ip"}
        there |= {f"__meta_kubernetes_pod_annotation_{_as_label(key)}" for key in metadata["annotations"]}
        there |= {f"__meta_kubernetes_pod_label_{_as_label(key)}" for key in metadata["labels"]}
        assert asked <= there


def _as_label(key: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_]", "_", key)


@every_container
def test_images_are_pinned_and_those_of_compose(workload, container):
    name, _, tag = container["image"].rpartition(":")
    if name == OURS:
        assert re.fullmatch(r"\d+\.\d+\.\d+", tag)
    else:
        assert container["image"] in {service["image"] for service in SERVICES.values()}


def test_secrets_are_asked_for_and_never_written_down():
    example = dotenv_values(FOLDER / "secrets.env.example")
    assert {example[name] for name in MADE} == {""}
    for left_out in (".gitignore", ".dockerignore"):
        assert "deploy/kubernetes/secrets.env" in (ROOT / left_out).read_text("utf-8").split()
    assert not set(_given("settings.env")) & set(SECRETS)


@pytest.mark.parametrize(
    ("there", "given", "pulled"),
    [
        ("", {"CHAT_MODEL": "ollama:llama2"}, ["llama2"]),
        ("llama2", {"CHAT_MODEL": "ollama:llama2"}, []),
        ("", {"CHAT_MODEL": "ollama:qwen2.5:7b", "EMBED_MODEL": "all-minilm"}, ["qwen2.5:7b", "all-minilm"]),
        ("", {"CHAT_MODEL": "openai:gpt-4o-mini"}, []),
    ],
)
def test_an_ollama_fetches_the_models_that_it_does_not_have(there, given, pulled, tmp_path):
    note, stand_in = tmp_path / "note", tmp_path / "ollama"
    note.touch()
    stand_in.write_text(f'#!/bin/sh\ncase $1 in show) [ "$2" = "{there}" ] ;; pull) echo "$2" >> {note} ;; esac\n')
    stand_in.chmod(0o755)
    (container,) = PODS["ollama"]["spec"]["initContainers"]
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", **given}
    subprocess.run([*container["command"], *container["args"]], env=environment, check=True)
    assert note.read_text().split() == pulled
