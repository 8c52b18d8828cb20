"""How often may somebody do something, and who is counted?"""

import ipaddress
import logging
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Response, g, request
from flask_limiter import Limiter, RateLimitExceeded, RequestLimit
from limits import RateLimitItem

from app import config
from app.ground import clock
from app.ground.errors import TooManyRequests, tell
from app.ground.observe import HAPPENINGS
from app.ground.sealing import keyring
from app.ground.windows import ProcessMemory

STORE_TIMEOUT_SECONDS = 0.05
UNKNOWN_WAIT_SECONDS = 60
ADDRESS = "network address"
View = TypeVar("View", bound=Callable[..., Any])
log = logging.getLogger(__name__)


class NamedLimits(Limiter):
    """Flask-Limiter that can say whether its store is away, and that says so once when it goes and when it comes back.

    Its own breaker then counts in this process's memory and looks for the store again at growing intervals.
    """

    store_is_away = False

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:  # noqa: FBT001, FBT002 (its signature)
        """Flask-Limiter's own name for it. Every limit of ours stands on a view: there is none to look for before.

        Of all requests that meet a store that is gone at the same moment, its breaker lets the first count here, and
        would let the others fail.
        """
        if in_middleware:
            return
        try:
            super()._check_request_limit(callable_name=callable_name, in_middleware=False)
        except self.storage.base_exceptions:
            self.context.seen_limits.clear()
            super()._check_request_limit(callable_name=callable_name, in_middleware=False)

    @property
    def _storage_dead(self) -> bool:
        """Flask-Limiter's own name for it, which it reads and sets."""
        return self.store_is_away

    @_storage_dead.setter
    def _storage_dead(self, is_away: bool) -> None:
        if is_away != self.store_is_away:
            outcome = "away" if is_away else "back"
            HAPPENINGS.labels("limits' store", outcome).inc()
            log.warning("the limits' store is %s", outcome, extra={"outcome": outcome})
        self.store_is_away = is_away


def counted_address() -> str:
    """Who the client is to a limit: an IPv4 address, or an IPv6 client's /64 network."""
    try:
        address = ipaddress.ip_address((request.remote_addr or "0.0.0.0").partition("%")[0])  # noqa: S104 (no bind)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def address_fingerprint() -> str:
    """The client's keyed fingerprint: what is counted and kept instead of an address."""
    known = g.get("address_fingerprint")
    if known is None:
        known = g.address_fingerprint = keyring().fingerprint(counted_address(), purpose=ADDRESS)
    return cast(str, known)


def _actor_key() -> str:
    return cast(str, g.actor.ref) if "actor" in g else address_fingerprint()


def _login_key() -> str:
    body = request.get_json(silent=True) if request.is_json else request.form
    login = str(body.get("login", "")) if isinstance(body, dict) else ""
    account = keyring().fingerprint(login.strip().casefold(), purpose="log-in limit")
    return f"{address_fingerprint()} {account}"


limiter = NamedLimits(
    key_func=address_fingerprint,
    strategy="moving-window",
    headers_enabled=False,
    in_memory_fallback_enabled=True,
    key_prefix="rejoinder",
    # Who goes on after a refusal counts towards the longer windows too, and waits longer.
    fail_on_first_breach=False,
)


def _limit(name: str, *, key: Callable[[], str], scope: str | None = None) -> Callable[[View], View]:
    """The limit whose rate is the setting `limit_NAME`; what shares a scope is counted together."""
    decorator = limiter.shared_limit(
        lambda: cast(str, getattr(config.current(), f"limit_{name}")),
        scope=scope or name,
        key_func=key,
        on_breach=_note(name),
        exempt_when=(lambda: limiter.store_is_away) if name == "reading" else None,
    )
    return cast(Callable[[View], View], decorator)


def _note(name: str) -> Callable[[RequestLimit], Response | None]:
    def note(_limit: RequestLimit) -> None:
        HAPPENINGS.labels("limit", name).inc()
        log.info("limit reached", extra={"limit": name})

    return note


attempts = _limit("attempts", key=address_fingerprint)
preview = _limit("preview", key=address_fingerprint)
login = _limit("login", key=_login_key)
logins = _limit("logins", key=address_fingerprint)
own_password = _limit("login", key=_actor_key, scope="password")
reading = _limit("reading", key=address_fingerprint)
moderation = _limit("moderation", key=_actor_key)


def forgive() -> None:
    """Wipe the slate of who just gave the right password; others from the same address stay counted."""
    for item in limiter.current_limits:
        if item.request_args[-1] in {"login", "password"}:
            limiter.limiter.clear(item.limit, *item.request_args)


def _fields(item: RequestLimit) -> tuple[str, str]:
    """`RateLimit-Policy` and `RateLimit`. Source: draft-ietf-httpapi-ratelimit-headers-10."""
    limit: RateLimitItem = item.limit
    scope = item.request_args[-1]
    seconds = max(0, item.reset_at - int(clock.now().timestamp()))
    return f'"{scope}";q={limit.amount};w={limit.get_expiry()}', f'"{scope}";r={item.remaining};t={seconds}'


def _wait_and_headers() -> tuple[int, dict[str, str]]:
    """The seconds until the limit is fresh again, and its state as headers.

    A store that went away after it had counted leaves both unknown: no answer fails over what is only told with it.
    """
    item = limiter.current_limit
    if item is None:
        return UNKNOWN_WAIT_SECONDS, {}
    try:
        policy, state = _fields(item)
        return item.reset_at - int(clock.now().timestamp()), {"RateLimit-Policy": policy, "RateLimit": state}
    except limiter.storage.base_exceptions:
        return UNKNOWN_WAIT_SECONDS, {}


def refusal(message: str) -> Response:
    """What is answered over a limit, in these words."""
    seconds, headers = _wait_and_headers()
    return tell(TooManyRequests(message, retry_after=seconds, headers=headers))


def _refuse(_error: RateLimitExceeded) -> Response:
    return refusal("Too many requests: slow down, then try again.")


def _show(response: Response) -> Response:
    """Tell the state of the limit on POST routes; never on public GETs, whose answers are everybody's."""
    if request.method == "POST" and "RateLimit" not in response.headers:
        response.headers.update(_wait_and_headers()[1])
    return response


def init_app(app: Flask) -> None:
    """Count in Redis where it is set, else in this process's memory."""
    settings = config.of(app)
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or f"{ProcessMemory.STORAGE_SCHEME[0]}://"
    if settings.redis_url:
        timeouts = {"socket_timeout": STORE_TIMEOUT_SECONDS, "socket_connect_timeout": STORE_TIMEOUT_SECONDS}
        app.config["RATELIMIT_STORAGE_OPTIONS"] = timeouts
    # Flask-Limiter's own line names the counted key; ours names the limit.
    logging.getLogger("flask-limiter").setLevel(logging.ERROR)
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _refuse)
    app.after_request(_show)
