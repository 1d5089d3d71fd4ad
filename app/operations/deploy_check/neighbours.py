"""What stands beside the shop on its machine: Redis, and nginx with the shop's name and certificate."""

import http.client
import socket
import ssl
from contextlib import closing
from pathlib import Path

from cryptography import x509
from flask import current_app
from redis import Redis, RedisError

from app.operations import host
from app.operations.deploy_check.finding import Checks, Finding, fail, judge, ok, warn

HTTPS = "127.0.0.1:443"
LIMIT_SECONDS = 5
NO_CERTIFICATE = warn("not asked: TLS_CERTIFICATE is not set", "Name the certificate that nginx shows.")


def checks(https: str) -> Checks:
    """`https` is where nginx listens for the world, as host:port."""
    return {
        "redis": redis,
        "nginx": nginx,
        "https": lambda: over_https(https),
        "metrics inside": lambda: metrics_inside(https),
    }


def redis() -> Finding:
    url = current_app.config["REDIS_URL"]
    if not url:
        return warn("REDIS_URL is not set", "Without it each process counts limits and failures for itself.")
    try:
        with closing(Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)) as asked:
            asked.ping()
    except RedisError as error:
        return fail(f"{type(error).__name__}: {error}", "systemctl status redis-server; look at REDIS_URL.")
    return ok("it answers")


def nginx() -> Finding:
    is_active = host.is_active("nginx")
    if is_active is None:
        return warn("systemd does not tell", "See that the proxy in front of the shop runs.")
    return judge(is_active, "active" if is_active else "not active", "nginx -t, then systemctl start nginx.")


def over_https(place: str) -> Finding:
    """The shop's own health, asked as a customer asks: by its name, with TLS."""
    if not current_app.config["TLS_CERTIFICATE"]:
        return NO_CERTIFICATE
    named = _certificate()
    name = _name(named)
    status, shown = _asked(place, "/health", name)
    if shown != named:
        return fail(f"{place} shows another certificate than TLS_CERTIFICATE", "systemctl reload nginx.")
    return judge(status == 200, f"{name}/health answers {status}", "Read nginx' error log.")


def metrics_inside(place: str) -> Finding:
    if not current_app.config["TLS_CERTIFICATE"]:
        return NO_CERTIFICATE
    status, _ = _asked(place, "/metrics", _name(_certificate()))
    todo = "Use deploy/nginx as it stands: the metrics are not for the world."
    return judge(status in (401, 403, 404), f"/metrics answers {status} through nginx", todo)


def _certificate() -> x509.Certificate:
    path = Path(current_app.config["TLS_CERTIFICATE"])
    return x509.load_pem_x509_certificates(path.read_bytes())[0]


def _name(certificate: x509.Certificate) -> str:
    """The shop's name: the first that the certificate is for."""
    try:
        alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = alternatives.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = []
    subject = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return [*names, *(str(told.value) for told in subject)][0].removeprefix("*.")


def _asked(place: str, path: str, name: str) -> tuple[int, x509.Certificate]:
    """The status of the answer, and the certificate that was shown: the caller compares it, no authority is asked."""
    unverified = ssl.create_default_context()
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    where, _, port = place.rpartition(":")
    with (
        socket.create_connection((where, int(port)), LIMIT_SECONDS) as plain,
        unverified.wrap_socket(plain, server_hostname=name) as secure,
    ):
        connection = http.client.HTTPConnection(name)
        connection.sock = secure
        connection.request("GET", path)
        with connection.getresponse() as answer:
            shown = secure.getpeercert(binary_form=True)
            assert shown is not None  # A server always shows one.
            return answer.status, x509.load_der_x509_certificate(shown)
