"""How often may somebody do something, and who is counted?"""

import ipaddress
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from threading import Lock
from typing import Any, TypeVar, cast

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse_many
from limits.strategies import MovingWindowRateLimiter, RateLimiter

from app import config
from app.ground import clock
from app.ground.errors import TooManyRequests, tell
from app.ground.observe import HAPPENINGS
from app.ground.sealing import keyring
from app.ground.windows import ProcessMemory

STORE_TIMEOUT_SECONDS = 0.05
UNKNOWN_WAIT_SECONDS = 60
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 32.0  # between two looks for a store that is away
WAIVED = {"reading"}  # while the store is away: too much reading does less harm than a site that cannot be read
ADDRESS = "network address"
View = TypeVar("View", bound=Callable[..., Any])
Identifiers = tuple[str, str, str]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counted:
    """A request that was counted under a limit, within it or not."""

    item: RateLimitItem
    identifiers: Identifiers
    is_within: bool


class LimitReached(Exception):
    """More than a limit allows."""


class Limits(Limiter):
    """Flask-Limiter with its store and its way to count; while the store is away this process counts in its memory.

    Which limits a request meets stands on its view. Flask-Limiter would find that out anew each time, which takes
    longer than to count.
    """

    def __init__(self) -> None:
        super().__init__(key_func=address_fingerprint, strategy="moving-window", headers_enabled=False)
        self.is_away = False
        self._here = MovingWindowRateLimiter(ProcessMemory())
        self._looking = Lock()
        self._pause = SHORTEST_PAUSE_SECONDS
        self._next_look = 0.0

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:  # noqa: FBT001, FBT002 (its signature)
        """Flask-Limiter's own name for what it does before each view. There is nothing left to do."""

    def count(self, items: Sequence[RateLimitItem], identifiers: Identifiers) -> list[Counted]:
        """Count towards each, whatever the others say: who goes on after a refusal waits longer."""
        if not self.is_away:
            try:
                counted = _counted(self.limiter, items, identifiers)
                self._pause = SHORTEST_PAUSE_SECONDS
                return counted
            except self.storage.base_exceptions:
                self._note(is_away=True)
        # Not where it may be by now: somebody else may have found the store back, and it may be gone again.
        return _counted(self._here, items, identifiers)

    @property
    def _where(self) -> RateLimiter:
        return self._here if self.is_away else self.limiter

    def look_again(self) -> bool:
        """Whether the store is away. One of those who ask looks for it, after pauses of 1, 2, 4 ... seconds."""
        if self.is_away and self._is_time_to_look() and self.storage.check():
            self._note(is_away=False)
        return self.is_away

    def window(self, counted: Counted) -> tuple[float, int]:
        """When the limit is fresh again, as seconds of the epoch, and how many it has left.

        Raises what the store raises that has gone away since.
        """
        return self._where.get_window_stats(counted.item, *counted.identifiers)

    def forget(self, counted: Counted) -> None:
        """Wipe the slate under this limit, wherever it is now."""
        try:
            self._where.clear(counted.item, *counted.identifiers)
        except self.storage.base_exceptions:
            self._note(is_away=True)

    def _is_time_to_look(self) -> bool:
        with self._looking:
            if time.monotonic() < self._next_look:
                return False
            self._take_a_pause()
            return True

    def _take_a_pause(self) -> None:
        """Until it has counted again, however well it looks, each pause is longer than the one before."""
        self._next_look = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)

    def _note(self, *, is_away: bool) -> None:
        """Say so once when the store goes, and when it comes back."""
        with self._looking:
            if is_away == self.is_away:
                return
            self.is_away = is_away
            if is_away:
                self._take_a_pause()
        outcome = "away" if is_away else "back"
        HAPPENINGS.labels("limits' store", outcome).inc()
        log.warning("the limits' store is %s", outcome, extra={"outcome": outcome})


def _counted(where: RateLimiter, items: Sequence[RateLimitItem], identifiers: Identifiers) -> list[Counted]:
    return [Counted(item, identifiers, where.hit(item, *identifiers)) for item in items]


def counted_address() -> str:
    """Who the client is to a limit: an IPv4 address, or an IPv6 client's /64 network."""
    known = g.get("counted_address")
    if known is None:
        known = g.counted_address = _counted_as(request.remote_addr or "0.0.0.0")  # noqa: S104 (no bind)
    return cast(str, known)


def _counted_as(remote: str) -> str:
    try:
        address = ipaddress.ip_address(remote.partition("%")[0])
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


limiter = Limits()


@lru_cache(maxsize=64)
def _items(rates: str) -> tuple[RateLimitItem, ...]:
    """The limits of a setting such as `5 per 15 minutes; 100 per day`, the shortest first."""
    return tuple(sorted(parse_many(rates)))


def _limit(name: str, *, key: Callable[[], str], scope: str | None = None) -> Callable[[View], View]:
    """The limit whose rate is the setting `limit_NAME`; what shares a scope is counted together."""

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(*args: object, **kwargs: object) -> object:
            if not (limiter.look_again() and name in WAIVED):
                _count(name, ("rejoinder", key(), scope or name))
            return view(*args, **kwargs)

        return cast(View, limited)

    return decorate


def _count(name: str, identifiers: Identifiers) -> None:
    """Raises LimitReached."""
    rates = cast(str, getattr(config.current(), f"limit_{name}"))
    g.counted = limiter.count(_items(rates), identifiers)
    if limiter.is_away and name in WAIVED:
        return  # it went away just now
    if not all(each.is_within for each in g.counted):
        HAPPENINGS.labels("limit", name).inc()
        log.info("limit reached", extra={"limit": name})
        raise LimitReached


attempts = _limit("attempts", key=address_fingerprint)
preview = _limit("preview", key=address_fingerprint)
login = _limit("login", key=_login_key)
logins = _limit("logins", key=address_fingerprint)
own_password = _limit("login", key=_actor_key, scope="password")
reading = _limit("reading", key=address_fingerprint)
moderation = _limit("moderation", key=_actor_key)


def forgive() -> None:
    """Wipe the slate of who just gave the right password; others from the same address stay counted."""
    for each in g.get("counted", ()):
        if each.identifiers[-1] in {"login", "password"}:
            limiter.forget(each)


def _wait_and_headers() -> tuple[int, dict[str, str]]:
    """The seconds until the limit is fresh again, and its state as `RateLimit-Policy` and `RateLimit`.

    Of several limits, of the longest one that is reached, else of the shortest. A store that went away after it had
    counted leaves both unknown: no answer fails over what is only told with it.
    Source: draft-ietf-httpapi-ratelimit-headers-10.
    """
    counted: list[Counted] = g.get("counted", [])
    if not counted:
        return UNKNOWN_WAIT_SECONDS, {}
    told = next((each for each in reversed(counted) if not each.is_within), counted[0])
    try:
        fresh_at, left = limiter.window(told)
    except limiter.storage.base_exceptions:
        return UNKNOWN_WAIT_SECONDS, {}
    seconds, scope = max(0, int(fresh_at + 1) - int(clock.now().timestamp())), told.identifiers[-1]
    policy = f'"{scope}";q={told.item.amount};w={told.item.get_expiry()}'
    return seconds, {"RateLimit-Policy": policy, "RateLimit": f'"{scope}";r={left};t={seconds}'}


def refusal(message: str) -> Response:
    """What is answered over a limit, in these words."""
    seconds, headers = _wait_and_headers()
    return tell(TooManyRequests(message, retry_after=seconds, headers=headers))


def _refuse(_error: LimitReached) -> Response:
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
    limiter.init_app(app)
    app.register_error_handler(LimitReached, _refuse)
    app.after_request(_show)
