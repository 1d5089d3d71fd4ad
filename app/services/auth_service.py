"""Accounts and logins. The database is the truth: a token lives as long as the row of its login."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_jwt_extended import create_access_token, create_refresh_token, decode_token
from sqlalchemy import delete, select, update

from app.errors import Forbidden, Unauthorized
from app.extensions import db
from app.models.token import Login
from app.models.types import utc_now
from app.models.user import User
from app.services import consent_service, passwords
from app.services.transactions import change, end_reading, met


@dataclass(frozen=True)
class Tokens:
    access_token: str
    refresh_token: str
    expires_in: int
    user: User
    token_type: str = "Bearer"


def register(
    *,
    email: str,
    password: str,
    name: str,
    phone: str | None = None,
    store_conversations: bool = False,
    role: str = "customer",
) -> User:
    """A new account. Raises Invalid for a weak password, Conflict when the e-mail is taken."""
    passwords.check_rule(password, email, "password")
    user = User(
        email=email.lower(),
        password_hash=passwords.hash_password(password),
        name=name,
        phone=phone,
        role=role,
        saved_preferences={},
    )
    if store_conversations:
        consent_service.note(user, True)
    with change("This e-mail address already has an account."):
        db.session.add(user)
    return user


def login(*, email: str, password: str) -> Tokens:
    """A new pair of tokens. An unknown e-mail and a wrong password fail alike and take equally long."""
    found = db.session.execute(select(User.id, User.password_hash).where(User.email == email.lower())).first()
    end_reading()
    is_right = passwords.matches(found.password_hash if found else None, password)
    user = db.session.get(User, found.id) if found and is_right else None
    if user is None:
        raise Unauthorized("E-mail or password is wrong.")
    login_id = uuid.uuid4().hex
    tokens, refresh_jti = _new_pair(user, login_id)
    with change():
        db.session.execute(delete(Login).where(Login.user_id == user.id, Login.expires_at < utc_now()))
        db.session.add(Login(id=login_id, user_id=user.id, refresh_jti=refresh_jti, expires_at=_refresh_end()))
    return tokens


def refresh(user: User, login_id: str, spent_jti: str) -> Tokens:
    """A new pair for a refresh token that is now spent. A second use of it ends the whole login."""
    tokens, refresh_jti = _new_pair(user, login_id)
    with change():
        is_next = [Login.id == login_id, Login.refresh_jti == spent_jti, Login.revoked_at.is_(None)]
        rotate = update(Login).where(*is_next).values(refresh_jti=refresh_jti, expires_at=_refresh_end())
        if met(rotate) == 1:
            return tokens
        _revoke(Login.id == login_id)
    raise Unauthorized("This refresh token was used before. The login has ended; please sign in again.")


@change()
def logout(login_id: str) -> None:
    """Ends every token of this login."""
    _revoke(Login.id == login_id)


def user_of_token(user_id: str, login_id: str) -> User | None:
    """The user of a login that has not ended, in one query."""
    if not user_id.isdecimal():
        return None
    return db.session.scalar(
        select(User)
        .join(Login, Login.user_id == User.id)
        .where(Login.id == login_id, User.id == int(user_id), Login.revoked_at.is_(None))
    )


@change()
def change_profile(user: User, changes: dict[str, Any]) -> User:
    """Sets what is given. Preferences are merged name by name; consent taken back deletes the conversations."""
    for name in ("name", "phone"):
        if name in changes:
            setattr(user, name, changes[name])
    if "preferences" in changes:
        user.saved_preferences = _merged(user.saved_preferences, changes["preferences"])
    if "store_conversations" in changes:
        consent_service.change(user, changes["store_conversations"])
    return user


def change_password(user: User, login_id: str, current_password: str, new_password: str) -> None:
    """Sets a new password and ends every other login. Raises Forbidden when the current one is wrong."""
    if not passwords.matches(user.password_hash, current_password):
        raise Forbidden("The current password is wrong.")
    passwords.check_rule(new_password, user.email, "new_password")
    new_hash = passwords.hash_password(new_password)
    with change():
        user.password_hash = new_hash
        _revoke(Login.user_id == user.id, Login.id != login_id)


def _merged(saved: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = {**saved, **{name: str(value) if name == "max_daily_rate" else value for name, value in changes.items()}}
    stated = {name: value for name, value in merged.items() if value not in (None, "None")}
    if "favorite_genres" in stated:
        stated["favorite_genres"] = list(dict.fromkeys(genre.lower() for genre in stated["favorite_genres"]))
    return stated


def _revoke(*which: Any) -> None:
    db.session.execute(update(Login).where(*which, Login.revoked_at.is_(None)).values(revoked_at=utc_now()))


def _new_pair(user: User, login_id: str) -> tuple[Tokens, str]:
    claims = {"login": login_id}
    access = create_access_token(str(user.id), additional_claims=claims)
    refresh_token = create_refresh_token(str(user.id), additional_claims=claims)
    lifetime = int(current_app.config["JWT_ACCESS_TOKEN_EXPIRES"].total_seconds())
    jti: str = decode_token(refresh_token)["jti"]
    return Tokens(access, refresh_token, lifetime, user), jti


def _refresh_end() -> datetime:
    lifetime: timedelta = current_app.config["JWT_REFRESH_TOKEN_EXPIRES"]
    return utc_now() + lifetime
