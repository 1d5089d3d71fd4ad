"""Accounts: register, sign in and out, profile, password."""

from typing import cast

from flask_jwt_extended import current_user, get_jwt

from app.models.user import User
from app.routes import limits
from app.routes.blueprint import ApiBlueprint, Facts
from app.schemas.auth import (
    ErasureSchema,
    LoginSchema,
    PasswordChangeSchema,
    ProfileChangeSchema,
    RegisterSchema,
    TokensSchema,
    UserSchema,
)
from app.schemas.personal_data import ExportSchema
from app.services import auth_service, personal_data_service
from app.services.auth_service import Tokens
from app.services.personal_data_service import Export

blp = ApiBlueprint("auth", __name__, url_prefix="/api/auth", description="Accounts and logins")


@blp.route("/register", methods=["POST"])
@limits.on_register
@blp.arguments(RegisterSchema)
@blp.response(201, UserSchema)
@blp.fails(400, 409, 413, 415, 429)
def register(account: Facts) -> User:
    """Open an account

    A password needs eight characters and must not be a common one. `store_conversations` is the consent to keep
    conversations longer than they last; without it they are forgotten a day after their last message.
    """
    return auth_service.register(**account)


@blp.route("/login", methods=["POST"])
@limits.on_login
@blp.arguments(LoginSchema)
@blp.response(200, TokensSchema)
@blp.fails(400, 401, 413, 415, 429)
def login(credentials: Facts) -> Tokens:
    """Sign in

    Answers 401 alike for an unknown e-mail and a wrong password.
    """
    return auth_service.login(**credentials)


@blp.route("/refresh", methods=["POST"])
@blp.guard(refresh=True)
@blp.response(200, TokensSchema)
def refresh_tokens() -> Tokens:
    """Exchange the refresh token for a new pair

    Send the refresh token as bearer. It is spent by this; using it again ends the login with all its tokens.
    """
    claims = get_jwt()
    return auth_service.refresh(current_user, claims["login"], claims["jti"])


@blp.route("/logout", methods=["POST"])
@blp.guard()
@blp.response(204)
def logout() -> None:
    """Sign out: both tokens of this login end"""
    auth_service.logout(get_jwt()["login"])


@blp.route("/profile", methods=["GET"])
@blp.guard()
@blp.response(200, UserSchema)
def get_profile() -> User:
    """Your account with its preferences"""
    return cast(User, current_user)


@blp.route("/profile", methods=["PATCH"])
@blp.guard()
@blp.arguments(ProfileChangeSchema)
@blp.response(200, UserSchema)
@blp.fails(400, 413, 415)
def change_profile(changes: Facts) -> User:
    """Change your account

    Preferences are merged name by name; null clears one. Switching `store_conversations` off deletes
    your conversations at once.
    """
    return auth_service.change_profile(current_user, changes)


@blp.route("/password", methods=["POST"])
@blp.guard()
@blp.arguments(PasswordChangeSchema)
@blp.response(204)
@blp.fails(400, 403, 413, 415)
def change_password(passwords: Facts) -> None:
    """Change your password: every other login ends

    Answers 403 when the current password is wrong.
    """
    auth_service.change_password(current_user, get_jwt()["login"], **passwords)


@blp.route("/export", methods=["GET"])
@blp.guard()
@blp.response(200, ExportSchema)
def export_personal_data() -> Export:
    """All that is stored of you, as one document

    Left out is only what opens doors and tells nothing: hashes of passwords, digests of keys.
    """
    return personal_data_service.export(current_user)


@blp.route("/account", methods=["DELETE"])
@blp.guard()
@blp.arguments(ErasureSchema)
@blp.response(204)
@blp.fails(400, 403, 409, 413, 415)
def delete_account(body: Facts) -> None:
    """Delete your account, for good

    Everything of yours is erased: account, logins, conversations, consents. Reservations are cancelled. Past rentals
    stay in the shop's books without you. Answers 403 when the password is wrong, 409 while an instrument is out.
    """
    personal_data_service.erase(current_user, body["password"])
