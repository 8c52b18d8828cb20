"""Which URLs are about the site itself?"""

from typing import Any

from app import limits
from app.accounts.door import current_actor, staff
from app.ground.changes import EVERYTHING
from app.ground.db import db
from app.ground.openapi import PREFIX, Routes
from app.ground.preconditions import etag_of
from app.ground.ready import depends_on
from app.permissions import Permission
from app.site import actions
from app.site.schemas import PublicSettingsSchema, SettingsChangeSchema, SettingsSchema
from app.site.settings import PUBLIC_FIELDS, VersionedSettings, versioned_settings

routes = Routes("site", __name__, url_prefix=PREFIX, description="What the site has chosen for its discussions.")

Answer = tuple[dict[str, object], int, dict[str, str]]


@routes.route("/settings", methods=["GET"])
@limits.reading
@routes.response(200, PublicSettingsSchema)
@routes.problems(429)
def show_settings() -> Answer:
    """The discussion settings that frontends need."""
    now = versioned_settings(db.session())
    depends_on(EVERYTHING)
    shown = {name: getattr(now.settings, name) for name in PUBLIC_FIELDS}
    return shown, 200, {"ETag": etag_of(now.version)}


@routes.route("/settings", methods=["PATCH"])
@staff(routes, Permission.CHANGE_SETTINGS)
@routes.arguments(SettingsChangeSchema)
@routes.response(200, SettingsSchema)
@routes.problems(400, 412, 415, 428)
def change_settings(change: dict[str, Any]) -> Answer:
    """Change discussion settings; they hold at once, everywhere."""
    return _all_of(actions.change_settings(current_actor(), change))


@routes.route("/moderation/settings", methods=["GET"])
@staff(routes, Permission.MODERATE)
@routes.response(200, SettingsSchema)
def show_all_settings() -> Answer:
    """All discussion settings, with the version that a change must name."""
    return _all_of(versioned_settings(db.session()))


def _all_of(now: VersionedSettings) -> Answer:
    settings = {name: getattr(now.settings, name) for name in SettingsSchema().fields if hasattr(now.settings, name)}
    was_changed = now.version > 0
    who = {
        "version": now.version,
        "changed_by": now.changed_by if was_changed else None,
        "changed_at": now.changed_at if was_changed else None,
    }
    return settings | who, 200, {"ETag": etag_of(now.version)}
