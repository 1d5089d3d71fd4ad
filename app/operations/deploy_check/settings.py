"""Are the settings those of a shop that the world may enter?"""

import stat

from flask import current_app

from app.config import is_money, weak_secrets
from app.operations import host
from app.operations.deploy_check.finding import Checks, Finding, Status, fail, judge, ok, warn


def environment() -> Finding:
    told = current_app.config["FLASK_ENV"]
    todo = "Set FLASK_ENV=production: then a weak setting stops the start."
    return judge(told == "production", f"FLASK_ENV is {told}", todo)


def secrets() -> Finding:
    config, todo = current_app.config, "Give each 32 random bytes or more, another one for each."
    made = config["SECRETS_FROM_FILES"]
    if made:
        return fail(f"made for development: {', '.join(made)}", todo)
    weak = weak_secrets(config)
    if weak:
        return fail(" ".join(weak), todo)
    is_another = config["SECRET_KEY"] != config["JWT_SECRET_KEY"]
    return judge(is_another, "both are set and hard to guess" if is_another else "both are the same", todo)


def settings_file() -> Finding:
    """Who may read the files that hold secrets; a container has them in its environment alone."""
    files = [path for path in host.SETTINGS_FILES if path.exists()]
    if not files:
        return ok("no file: the environment holds them")
    open_to_all = [str(path) for path in files if path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH)]
    found = f"open to everybody: {', '.join(open_to_all)}" if open_to_all else ", ".join(map(str, files))
    return judge(not open_to_all, found, "chmod 640, for root and the shop alone, and make new secrets.")


def debug() -> Finding:
    is_on = current_app.config["FLASK_DEBUG"]
    return judge(not is_on, f"FLASK_DEBUG is {is_on}", "Set FLASK_DEBUG=0.")


def log_level() -> Finding:
    level = current_app.config["LOG_LEVEL"]
    return judge(level in ("INFO", "WARNING"), f"LOG_LEVEL is {level}", "Set LOG_LEVEL=INFO.", Status.WARN)


def origins() -> Finding:
    named = current_app.config["CORS_ORIGINS"]
    found = f"CORS_ORIGINS: {', '.join(named) or 'none'}"
    return judge("*" not in named, found, "Name the origins one by one.")


def time_zone() -> Finding:
    zone = current_app.config["SHOP_TIMEZONE"]
    return judge(zone != "UTC", f"SHOP_TIMEZONE is {zone}", "Set the shop's own, like Europe/Paris.", Status.WARN)


def currency() -> Finding:
    code = current_app.config["SHOP_CURRENCY"]
    return judge(is_money(code), f"SHOP_CURRENCY is {code}", "Write the ISO 4217 code of money that is in use.")


def limits() -> Finding:
    config = current_app.config
    told = {name: config[f"RATELIMIT_{name.upper()}"] for name in ("login", "register", "chat")}
    found = ", ".join(f"{name} {rate}" for name, rate in told.items()) if config["RATELIMIT_ENABLED"] else "off"
    return judge(config["RATELIMIT_ENABLED"], found, "Set RATELIMIT_ENABLED=1, or leave it out in production.")


def proxies() -> Finding:
    """Behind a proxy and told of none, the limits take all customers for one."""
    count, has_tls = current_app.config["TRUSTED_PROXIES"], bool(current_app.config["TLS_CERTIFICATE"])
    if count:
        return ok(f"TRUSTED_PROXIES is {count}")
    if has_tls:
        return fail("TRUSTED_PROXIES is 0 while a proxy ends TLS", "Set TRUSTED_PROXIES=1, with deploy/nginx.")
    return warn("TRUSTED_PROXIES is 0", "Right only while no proxy stands in front.")


CHECKS: Checks = {
    "environment": environment,
    "secrets": secrets,
    "settings file": settings_file,
    "debug": debug,
    "log level": log_level,
    "origins": origins,
    "time zone": time_zone,
    "currency": currency,
    "limits": limits,
    "proxies": proxies,
}
