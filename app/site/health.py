"""Is it well, and what does it count?"""

import hmac
import ipaddress
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from app import config
from app.ground import ready
from app.ground.db import db
from app.ground.errors import NotFound, Unavailable
from app.ground.observe import metrics_text
from app.ground.openapi import no_store
from app.ground.proxies import undeclared_proxy_seen
from app.limits import limiter
from app.site.schema_version import is_up_to_date

RETRY_SECONDS = 5
log = logging.getLogger(__name__)
routes = Blueprint("health", __name__)

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """A figure read when it is asked for, by the values of its label; without a label, under the empty text."""

    name: str
    meaning: str
    read: Callable[[], Figures]
    label: str | None = None


_gauges: dict[str, Gauge] = {}


def show_gauge(gauge: Gauge) -> None:
    """Have a feature's figure stand in /metrics."""
    _gauges[gauge.name] = gauge


@routes.get("/health/live")
@no_store
def show_alive() -> Response:
    """Whether the process answers."""
    return jsonify({"status": "alive"})


@routes.get("/health/ready")
@no_store
def show_ready() -> Response:
    """Whether it can serve; 503 with Retry-After where it cannot."""
    state = {"database": _database(), "changes": _changes(), "limits": _limits(), "proxies": _proxies()}
    if state["database"] != "ok":
        problem = Unavailable("Not ready to serve.", retry_after=RETRY_SECONDS)
        problem.more = dict(state)
        raise problem
    return jsonify({"status": "ready"} | state)


@routes.get("/metrics")
@no_store
def show_metrics() -> Response:
    """The figures in Prometheus' text format, for whoever has the token or sits on this machine; 404 to all others."""
    if not _may_see_metrics():
        raise NotFound
    folder = config.current().metrics_folder
    shared = str(folder) if folder is not None and folder.is_dir() else None
    return Response(metrics_text(shared) + _gauges_text(), content_type=CONTENT_TYPE_LATEST)


def _database() -> str:
    try:
        return "ok" if is_up_to_date() else "not migrated"
    except SQLAlchemyError:
        return "away"


def _changes() -> str:
    """Without hearing of them nothing is kept ready, which is still serving."""
    return ready.of(current_app).watch.trouble or "ok"


def _limits() -> str:
    """Without their store the limits count in this process, which is still serving."""
    if config.current().redis_url is None:
        return "counting in this process"
    return "ok" if limiter.storage.check() else "away: counting in this process"


def _proxies() -> str:
    seen = undeclared_proxy_seen()
    return "undeclared: readers behind it count as one, see TRUSTED_PROXIES" if seen else "ok"


def _may_see_metrics() -> bool:
    token = config.current().metrics_token
    if token is None:
        # Whoever comes through a proxy looks as if from this machine.
        return _is_this_machine(request.remote_addr) and "X-Forwarded-For" not in request.headers
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode())


def _is_this_machine(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


class _Gauges(Collector):
    def collect(self) -> list[GaugeMetricFamily]:
        return [_family(each) for each in _gauges.values()]


def _family(each: Gauge) -> GaugeMetricFamily:
    family = GaugeMetricFamily(each.name, each.meaning, labels=[each.label] if each.label else [])
    for value, figure in each.read().items():
        family.add_metric([value] if each.label else [], figure)
    return family


def _gauges_text() -> bytes:
    registry = CollectorRegistry()
    registry.register(_Gauges())
    try:
        return generate_latest(registry)
    except SQLAlchemyError as error:
        # The other figures are wanted most when the database is away.
        log.warning("figures could not be read", extra={"error_type": type(error).__name__})
        return b""
    finally:
        db.session.remove()
