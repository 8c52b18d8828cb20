"""What happens when an admin changes the discussion settings?"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ground import changes, clock
from app.ground.audit import Act, record
from app.ground.db import insert_or, transaction
from app.ground.preconditions import require_match
from app.permissions import Actor
from app.site.choices import Order, SiteSwitch, Trust
from app.site.models import SettingsRow
from app.site.settings import DiscussionSettings, VersionedSettings, store_settings, versioned_settings

_CHOICES = {"discussion": SiteSwitch, "order": Order, "trust": Trust}


def change_settings(actor: Actor, change: Mapping[str, Any]) -> VersionedSettings:
    """Make these settings different, for every process at once.

    Raises PreconditionRequired (428), PreconditionFailed (412) where somebody changed them since. A change to what is
    so already leaves the version and the log alone.
    """
    typed = {name: _CHOICES[name](value) if name in _CHOICES else value for name, value in change.items()}
    with transaction() as session:
        _lock(session)
        seen = versioned_settings(session)
        require_match(seen.version, changed_by=seen.changed_by, changed_at=seen.changed_at)
        old = seen.settings
        different = {name: value for name, value in typed.items() if getattr(old, name) != value}
        if different:
            _store(session, actor, seen, different)
        return versioned_settings(session)


def _lock(session: Session) -> None:
    """Make sure that there is a row, and that nobody else changes it before this transaction ends."""
    first = insert_or(SettingsRow).values(
        id=1, value=asdict(DiscussionSettings()), version=0, changed_at=clock.now(), changed_by=""
    )
    session.execute(first.on_conflict_do_nothing(index_elements=["id"]))
    session.execute(select(SettingsRow.id).with_for_update()).all()


def _store(session: Session, actor: Actor, seen: VersionedSettings, different: dict[str, Any]) -> None:
    old, now = seen.settings, clock.now()
    fields = {name: {"from": getattr(old, name), "to": value} for name, value in different.items()}
    if "discussion" in different:
        different = {**different, "discussion_switched_at": now.isoformat()}
    store_settings(session, replace(old, **different), version=seen.version + 1, changed_at=now, changed_by=actor.name)
    act = Act(
        actor=actor.ref,
        actor_name=actor.name,
        action="settings_changed",
        object_type="settings",
        object_id="discussion",
        details={"fields": fields},
    )
    record(session, act)
    changes.touch(session, changes.EVERYTHING)
