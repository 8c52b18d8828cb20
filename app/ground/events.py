"""Who is told when something has happened, and when?"""

import logging
from collections.abc import Callable
from typing import Any, cast

from sqlalchemy.orm import Session

Handler = Callable[[Any], None]

_PENDING = "rejoinder.events"
_handlers: dict[type, list[Handler]] = {}
log = logging.getLogger(__name__)


class ToldInDoubt:
    """An event that does no harm where it is told in vain.

    So it is told even of a transaction that failed at its end: if the connection was lost there, it may be stored.
    """

    __slots__ = ()


def on(kind: type, handler: Handler) -> None:
    """Have `handler` called with every event of this kind, once its transaction is stored."""
    listeners = _handlers.setdefault(kind, [])
    if handler not in listeners:
        listeners.append(handler)


def announce(session: Session, event: object) -> None:
    """Say that something happened; nobody hears of it unless the transaction is stored."""
    cast(list[object], session.info.setdefault(_PENDING, [])).append(event)


def forget(session: Session) -> None:
    """Tell nobody what was announced, but for what is told in doubt."""
    pending = cast(list[object], session.info.pop(_PENDING, []))
    session.info[_PENDING] = [event for event in pending if isinstance(event, ToldInDoubt)]
    deliver(session)


def deliver(session: Session) -> None:
    """Call the handlers; one that fails is logged and stops nobody, for the data is already stored."""
    for event in cast(list[object], session.info.pop(_PENDING, [])):
        for handler in _handlers.get(type(event), []):
            try:
                handler(event)
            except Exception as error:
                log.exception("event handler failed", extra={"error_type": type(error).__name__})
