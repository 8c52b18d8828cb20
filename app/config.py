"""What can be set, in which unit, with which default, and what does it mean?"""

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, current_app
from limits import parse_many
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.ground import sealing

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK_ORIGINS = "loopback"
_EXTENSION = "rejoinder.config"


class BadConfig(Exception):
    """Some settings are wrong or unsafe; the message names every one of them."""


def _text(value: str) -> str:
    return value


def _count(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError("must be 1 or more")
    return number


def _count_or_none(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("must be 0 or more")
    return number


def _networks(value: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())


def _origins(value: str) -> tuple[str, ...]:
    origins = tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
    for origin in origins:
        parts = urlsplit(origin)
        if origin != LOOPBACK_ORIGINS and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path):
            raise ValueError(f"{origin!r} is no origin such as https://www.example.org (or the word loopback)")
    return origins


def _web_address(value: str) -> str:
    if urlsplit(value).scheme not in {"http", "https"}:
        raise ValueError("must begin with http:// or https://")
    return value.rstrip("/")


def _caches(value: str) -> tuple[str, ...]:
    addresses = tuple(part.strip() for part in value.split(",") if part.strip())
    for address in addresses:
        parts = urlsplit(address)
        is_plain = re.fullmatch(r"[!-~]+", address) and "@" not in parts.netloc and parts.port != 0
        if parts.scheme not in {"http", "https"} or not parts.hostname or not is_plain:
            raise ValueError("must be URLs such as http://127.0.0.1:6082")
    return addresses


def _postgresql(value: str) -> str:
    try:
        kind = make_url(value).get_backend_name()
    except (ArgumentError, ValueError):
        kind = "none"
    if kind not in {"postgresql", "postgres"}:
        raise ValueError("must be a URL such as postgresql://rejoinder@db.internal:5432/rejoinder")
    return value


def _word(value: str) -> str:
    if not re.fullmatch(r"[!-~]+", value):
        raise ValueError("must be letters, digits and signs of ASCII, without spaces")
    return value


def _template(value: str) -> str:
    if unknown := set(re.findall(r"{(.*?)}", value)) - {"slug", "id"}:
        raise ValueError(f"knows {{slug}} and {{id}}, not {', '.join(sorted(unknown))}")
    return value


def _rate(value: str) -> str:
    parse_many(value)
    return value


def _level(value: str) -> str:
    if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return value.upper()


def _language(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", value):
        raise ValueError("must be a language tag such as en or pt-BR")
    return value


def _setting(default: str | None, unit: str, meaning: str, read: Callable[[str], Any] = _text) -> Any:  # noqa: ANN401 (a field of the setting's own type)
    return field(default=None, metadata={"default": default, "unit": unit, "meaning": meaning, "read": read})


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting of the process, read once from the environment; a field's name in capitals is the variable's."""

    instance: Path = _setting("instance", "folder", "Where data, keys and the embedded database live.", Path)
    database_url: str | None = _setting(
        None, "URL", "PostgreSQL (`postgresql://…`); without it an SQLite file in the data folder."
    )
    redis_url: str | None = _setting(
        None, "URL", "Redis or Valkey for the limits' counts; needed for more than one process."
    )
    secret_keys: str | None = _setting(
        None, "JSON", "The secret keys, for machines that share them; without it the file keys.json in the data folder."
    )
    listen_url: str | None = _setting(
        None,
        "URL",
        "PostgreSQL for hearing what other processes change, by LISTEN: directly, not through PgBouncer's pool of "
        "transactions; by default DATABASE_URL.",
        _postgresql,
    )
    host: str = _setting("127.0.0.1", "address", "Where to listen.")
    port: int = _setting("8000", "port", "Where to listen.", _count)
    workers: int | None = _setting(
        None, "processes", "How many processes serve; by default one a core where REDIS_URL is set, else one.", _count
    )
    threads: int = _setting(
        "4", "threads", "How many requests a process works on at once; others wait, or get what is ready.", _count
    )
    site_name: str = _setting("Rejoinder", "text", "What the pages call the site.")
    public_url: str | None = _setting(
        None,
        "URL",
        "What readers type before the path: absolute URLs begin with it, and https makes the session cookie Secure.",
        _web_address,
    )
    article_url_template: str = _setting(
        "/articles/{slug}", "template", "Where the frontend shows an article.", _template
    )
    permalink_template: str = _setting(
        "/articles/{slug}?comment={id}#comment-{id}", "template", "Where the frontend shows a comment.", _template
    )
    default_language: str = _setting("en", "language tag", "Of articles that do not say theirs.", _language)
    cors_origins: tuple[str, ...] = _setting(
        "",
        "origins",
        "Sites whose pages may call the API and post forms, with commas; `loopback` means this machine. "
        "With any, pages of all sites may read what is public.",
        _origins,
    )
    trusted_proxies: tuple[Network, ...] = _setting(
        "", "networks", "Proxies whose X-Forwarded-For and -Proto are believed, with commas.", _networks
    )
    metrics_token: str | None = _setting(
        None, "token", "Bearer token for /metrics; without it only this machine may read them."
    )
    log_level: str = _setting("INFO", "level", "What is written to standard error.", _level)
    max_body_bytes: int = _setting("1048576", "bytes", "The largest body that is read.", _count)
    ready_bytes: int = _setting(
        "67108864", "bytes", "Of answers that a process keeps ready; 0 keeps none.", _count_or_none
    )
    shared_cache_seconds: int = _setting(
        "0",
        "seconds",
        "How long a shared cache in front may give a public answer without asking (and as long again, 5 at most, "
        "while it asks); 0 lets it ask each time.",
        _count_or_none,
    )
    varnish_urls: tuple[str, ...] = _setting(
        "",
        "URLs",
        "Varnishes in front that are told by BAN what to drop, with commas; docs/caching.md has their VCL.",
        _caches,
    )
    purge_urls: tuple[str, ...] = _setting(
        "",
        "URLs",
        "Other caches in front that are told by PURGE with Surrogate-Key what to drop, with commas.",
        _caches,
    )
    purge_token: str | None = _setting(None, "token", "Bearer token that is sent to those of PURGE_URLS.", _word)
    session_hours: int = _setting("12", "hours", "How long a log-in lasts without use.", _count)
    address_days: int = _setting(
        "90", "days", "How long fingerprints of network addresses and user agents are kept.", _count
    )
    trash_days: int = _setting("30", "days", "How long trash and spam are kept.", _count)
    tick_seconds: int = _setting("15", "seconds", "How often the timer inside `serve` looks for work.", _count)
    flood_seconds: int = _setting(
        "15", "seconds", "Least time between two comments from one network address; 0 switches it off.", _count_or_none
    )
    posts_per_hour_per_address: int = _setting(
        "30", "comments", "Accepted from one network address in an hour; over it: 429.", _count
    )
    posts_per_hour_per_email: int = _setting(
        "20", "comments", "Accepted under one e-mail address in an hour; over it: held.", _count
    )
    posts_per_minute_per_article: int = _setting(
        "60", "comments", "Accepted under one article in a minute; over it: held.", _count
    )
    posts_per_minute: int = _setting(
        "300", "comments", "Accepted on the whole site in a minute; over it: held.", _count
    )
    limit_attempts: str = _setting("20 per minute", "rate", "Tries to post, by network address.", _rate)
    limit_preview: str = _setting("30 per minute", "rate", "Previews, by network address.", _rate)
    limit_login: str = _setting(
        "5 per 15 minutes; 10 per hour; 20 per day", "rate", "Log-ins, by network address and account.", _rate
    )
    limit_logins: str = _setting("30 per 15 minutes", "rate", "Log-ins, by network address, whichever account.", _rate)
    limit_reading: str = _setting("1200 per minute", "rate", "Public reads, by network address.", _rate)
    limit_moderation: str = _setting("600 per minute", "rate", "Requests of staff, by actor.", _rate)

    @property
    def database(self) -> str:
        """The database's URL in SQLAlchemy's form."""
        if self.database_url is None:
            return f"sqlite:///{(self.instance / 'rejoinder.sqlite3').resolve()}"
        return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", self.database_url)

    @property
    def processes(self) -> int:
        """How many processes serve: several only where they count the limits in one place."""
        if self.workers is not None:
            return self.workers
        return _cores() if self.redis_url is not None else 1

    @property
    def keys_file(self) -> Path:
        return self.instance / "keys.json"

    @property
    def metrics_folder(self) -> Path | None:
        """Where the processes share their figures, if there are several."""
        return self.instance / "metrics" if self.processes > 1 else None

    @property
    def site_url(self) -> str:
        """What absolute URLs begin with: never what a request says, whose answer may be kept for others."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::", ""} else self.host  # noqa: S104 (nothing is bound here)
        return self.public_url or url_at(host, self.port)

    @property
    def is_https(self) -> bool:
        return self.public_url is not None and self.public_url.startswith("https:")


def url_at(host: str, port: int) -> str:
    """What is served at this address; one of IPv6 stands in brackets."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _cores() -> int:
    """Of those of the machine that this process may use, where the system can tell."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def settings() -> list[Field[Any]]:
    return list(fields(Config))


def read_config(environment: Mapping[str, str]) -> Config:
    """The settings from these variables. Raises BadConfig naming every one that is wrong."""
    values, wrong = {}, []
    for setting in settings():
        typed = environment.get(setting.name.upper(), "").strip() or setting.metadata["default"]
        if typed is None:
            continue
        try:
            values[setting.name] = setting.metadata["read"](typed)
        except ValueError as error:
            wrong.append(f"{setting.name.upper()}: {error}")
    if wrong:
        raise BadConfig("\n".join(wrong))
    config = Config(**values)
    if dangers := _dangers(config):
        raise BadConfig("\n".join(dangers))
    return config


def _dangers(config: Config) -> list[str]:
    """Settings that are each right and together wrong."""
    wrong = []
    if config.processes > 1 and config.redis_url is None:
        wrong.append("WORKERS: limits in memory count for one process only; set REDIS_URL, or WORKERS=1.")
    if config.database_url and not re.match(r"(postgres(ql)?|sqlite)(\+\w+)?:", config.database_url):
        wrong.append("DATABASE_URL: must begin with postgresql:// (or sqlite:///).")
    if config.listen_url is not None and config.database.startswith("sqlite"):
        wrong.append("LISTEN_URL: SQLite's file is looked at without it; leave it out, or set DATABASE_URL too.")
    if config.metrics_token is not None and len(config.metrics_token) < 16:
        wrong.append("METRICS_TOKEN: shorter than 16 characters can be guessed.")
    return wrong


def from_environment(**typed: str) -> Config:
    """The settings of this process; `typed` are variables that go before those of the environment."""
    return read_config({**os.environ, **typed})


def environment() -> Mapping[str, str]:
    """The variables as they are, for whoever shows them; read_config is for whoever uses them."""
    return os.environ


def share_figures(config: Config) -> None:
    """Tell the metrics library, which reads the environment itself, where processes share their figures."""
    if config.metrics_folder is not None:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(config.metrics_folder.resolve())


def keyring_of(config: Config) -> sealing.Keyring:
    """The secret keys. Raises InsecureKeys where they are missing, weak or readable by others."""
    if config.secret_keys is not None:
        return sealing.Keyring(sealing.read_keys(config.secret_keys))
    return sealing.Keyring(sealing.keys_from_file(config.keys_file), config.keys_file)


def use(app: Flask, config: Config) -> None:
    app.extensions[_EXTENSION] = config


def current() -> Config:
    return of(current_app)


def of(app: Flask) -> Config:
    return cast(Config, app.extensions[_EXTENSION])
