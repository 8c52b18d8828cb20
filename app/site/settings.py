"""Which choices of WordPress' Discussion page has this site made?"""

import json
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from app.ground.db import insert_or
from app.ground.prepared import Prepared
from app.site.choices import Order, SiteSwitch, Trust
from app.site.models import SettingsRow

DEPTHS = range(2, 11)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionSettings:
    """The discussion settings with their defaults; `close_after_days` and `link_limit` of 0 switch a rule off.

    `discussion_switched_at` (RFC 3339) is kept by the action that changes `discussion`.
    """

    discussion: SiteSwitch = SiteSwitch.OPEN
    discussion_switched_at: str | None = None
    name_and_email_required: bool = True
    close_after_days: int = 0
    threaded: bool = True
    max_depth: int = 5
    page_size: int = 50
    order: Order = Order.OLDEST
    hold_all: bool = False
    hold_first_comment: bool = True
    trust: Trust = Trust.RECEIPT
    link_limit: int = 2
    show_avatars: bool = True

    @property
    def depth_limit(self) -> int:
        """How many levels a thread has; 1 where threads are off."""
        return self.max_depth if self.threaded else 1


PUBLIC_FIELDS = (
    "discussion name_and_email_required close_after_days threaded max_depth page_size order show_avatars"
).split()


@dataclass(frozen=True, slots=True)
class VersionedSettings:
    """The settings with the version that a change must name, and who changed them last."""

    settings: DiscussionSettings
    version: int
    changed_by: str | None
    changed_at: str | None


# As text, so that the same text need not be read twice; `settings_in` reads it.
STORED = cast(SettingsRow.value, Text)

_SETTINGS = Prepared(
    lambda: select(STORED.label("stored"), SettingsRow.version, SettingsRow.changed_by, SettingsRow.changed_at)
)


def discussion_settings(session: Session) -> DiscussionSettings:
    """The settings as they are now, in every process: one statement."""
    return versioned_settings(session).settings


def versioned_settings(session: Session) -> VersionedSettings:
    row = _SETTINGS.first(session)
    if row is None:
        return VersionedSettings(DiscussionSettings(), 0, None, None)
    return VersionedSettings(settings_in(row.stored), row.version, row.changed_by, row.changed_at.isoformat())


@lru_cache(maxsize=8)
def settings_in(stored: str | None) -> DiscussionSettings:
    """The settings from what `STORED` holds; the defaults where nothing was ever changed."""
    read: dict[str, Any] = json.loads(stored) if stored else {}
    known = {name: value for name, value in read.items() if name in DiscussionSettings.__slots__}
    settings = replace(DiscussionSettings(), **known)
    return replace(settings, discussion=SiteSwitch(settings.discussion), order=Order(settings.order),
                   trust=Trust(settings.trust))  # fmt: skip


def store_settings(session: Session, settings: DiscussionSettings, *, version: int, **changed: Any) -> None:
    """Keep the settings under a version; `changed` is `changed_at` and `changed_by`."""
    values = {"value": asdict(settings), "version": version, **changed}
    row = insert_or(SettingsRow).values(id=1, **values)
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))
