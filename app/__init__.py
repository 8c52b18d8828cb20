"""What is Rejoinder made of?"""

from collections.abc import Callable
from typing import Any

from flask import Flask

from app import config as settings

__version__ = "0.1.0"


class Application(Flask):
    """Flask, without asking of each function that it calls whether it is a coroutine: none is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(config: settings.Config | None = None) -> Flask:
    """The application, from these settings or from the environment's.

    Raises BadConfig or InsecureKeys where it would not be safe to start.
    """
    app = Application(__name__, static_folder=None)
    config = config or settings.from_environment()
    settings.use(app, config)
    _lay_the_ground(app, config)
    _open_the_routes(app)
    _show_the_faces(app)
    _connect_the_features()
    _stand_in_front(app, config)
    return app


def _lay_the_ground(app: Flask, config: settings.Config) -> None:
    from app import limits
    from app.ground import assets, db, errors, html, observe, origins, preconditions, sealing

    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = None  # the same for forms
    sealing.init_app(app, ring=settings.keyring_of(config))
    db.init_app(app, url=config.database)
    observe.init_app(app)
    origins.init_app(app, allowed=config.cors_origins)
    preconditions.init_app(app)
    limits.init_app(app)
    errors.init_app(app)
    html.init_app(app)
    assets.init_app(app)


def _open_the_routes(app: Flask) -> None:
    from app.accounts.routes import routes as accounts
    from app.articles.editing import routes as editing
    from app.articles.routes import routes as articles
    from app.comments.avatars import routes as avatars
    from app.comments.routes import routes as comments
    from app.ground import contract
    from app.moderation.routes import routes as moderation
    from app.site.health import routes as health
    from app.site.routes import routes as site

    api = contract.init_app(app, title="Rejoinder", version=__version__)
    for routes in (articles, editing, comments, moderation, accounts, site):
        api.open(routes)
    for plain_routes in (health, avatars):
        app.register_blueprint(plain_routes)


def _show_the_faces(app: Flask) -> None:
    """What people see in a browser, made of what the API answers."""
    from app.desk import routes as desk
    from app.embed import routes as embed
    from app.pages import routes as pages

    for face in (pages, embed, desk):
        face.init_app(app)


def _connect_the_features() -> None:
    """What a feature does for one that may not import it, and what the timer does as time goes by."""
    from app.articles import publishing
    from app.comments import aging, figures, life
    from app.moderation import operations
    from app.site import health, timer

    publishing.before_delete(life.forget_article)
    for gauge in figures.GAUGES:
        health.show_gauge(gauge)
    timer.every_tick("publish what is due", publishing.publish_due)
    timer.every_tick("continue operations", operations.continue_operations)
    timer.every_tick("empty the trash", aging.empty_trash)
    timer.every_tick("prune erased comments", aging.prune_erased)
    timer.every_tick("forget addresses", aging.forget_addresses)
    timer.every_tick("forget paces", aging.forget_paces)
    timer.every_tick("forget idempotent requests", timer.forget_idempotent_requests)
    timer.every_tick("end expired sessions", timer.end_expired_sessions)


def _stand_in_front(app: Flask, config: settings.Config) -> None:
    """What a request passes before it is Flask's, the last named first."""
    from app.comments.texts import language_for
    from app.ground import bodies, proxies, purging, ready, turns

    turns.init_app(app, at_once=config.threads, free=("/health/", "/metrics"))
    bodies.init_app(app, longest=config.max_body_bytes)
    ready.init_app(
        app,
        room=config.ready_bytes,
        shared_seconds=config.shared_cache_seconds,
        language_of=language_for,
        listen_url=config.listen_url or config.database,
    )
    proxies.init_app(app, networks=config.trusted_proxies)
    told = [purging.KeyedCache(url, config.purge_token) for url in config.purge_urls]
    purging.init_app(app, caches=[*map(purging.Varnish, config.varnish_urls), *told])
