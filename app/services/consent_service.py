"""The consent to keep conversations longer than they last: given, taken back, and when."""

from sqlalchemy import delete, update

from app.extensions import db
from app.models.chat_message import ChatSession
from app.models.consent import STORE_CONVERSATIONS, Consent
from app.models.demand import UnmetDemand
from app.models.types import utc_now
from app.models.user import User
from app.services import conversation_service


def change(user: User, given: bool) -> None:
    """Notes a new answer; the same one again changes nothing. Leaves the commit to its caller.

    Given, what is still remembered is kept longer. Taken back, what was kept is deleted, and whose wishes were not met
    is forgotten.
    """
    if given == user.store_conversations:
        return
    note(user, given)
    db.session.flush()  # Locks the user's row: a chat that ends now waits, and then finds the new answer.
    if given:
        conversation_service.keep_longer(user.id)
    else:
        db.session.execute(delete(ChatSession).where(ChatSession.user_id == user.id))
        db.session.execute(update(UnmetDemand).where(UnmetDemand.user_id == user.id).values(user_id=None))


def note(user: User, given: bool) -> None:
    """The answer as it counts from now on, and in the history of answers."""
    now = utc_now()
    user.conversations_consent_at = now if given else None
    user.consents.append(Consent(purpose=STORE_CONVERSATIONS, given=given, at=now))
