"""What has to be done as time goes by, and who does it?"""

import logging
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import delete, or_, select
from sqlalchemy.exc import SQLAlchemyError

from app import config
from app.accounts.models import StaffSession
from app.ground import clock, idempotency
from app.ground.db import db, insert_or, transaction
from app.ground.idempotency import IdempotentRequest
from app.site.models import Lease

Job = Callable[[int], int]
"""Does at most so much (rows, as a rule) in a transaction of its own, and says how much it did; safe to do twice."""

CHUNK = 200
MOST_CHUNKS = 100  # of one job at a time, so that a mountain of trash does not keep due articles waiting
LEASE = "timer"
FIRST_SECONDS = 1.0
STOP_SECONDS = 5.0

log = logging.getLogger(__name__)
_jobs: dict[str, Job] = {}
_poked = threading.Event()


def every_tick(name: str, job: Job) -> None:
    """Have a job done at every tick."""
    _jobs[name] = job


def poke() -> None:
    """Have this process's timer look for work now: something was just put there for it."""
    _poked.set()


def tick(holder: str) -> dict[str, int]:
    """Do what is due, if no other process has the timer's lease; how much each job did."""
    return run_jobs(holder) if take_lease(holder) else {}


def run_jobs(holder: str | None = None) -> dict[str, int]:
    """Do what is due, lease or no lease. A job that fails is logged by the type of its error, and stops no other."""
    done = {}
    for name, job in _jobs.items():
        try:
            done[name] = _work_off(job, holder)
        except Exception as error:
            log.exception("timer job failed", extra={"event": name, "error_type": type(error).__name__})
        finally:
            db.session.remove()
    return done


def _work_off(job: Job, holder: str | None) -> int:
    """Chunk after chunk, the lease kept up meanwhile."""
    total = 0
    for _ in range(MOST_CHUNKS):
        done = job(CHUNK)
        total += done
        if done == 0:
            break
        if holder is not None:
            take_lease(holder)
    return total


def take_lease(holder: str) -> bool:
    """Take the timer's lease, or keep it: one conditional upsert lets one process have it at a time."""
    now = clock.now()
    until = now + lease_time()
    row = insert_or(Lease).values(name=LEASE, holder=holder, until=until)
    row = row.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": holder, "until": until},
        where=or_(Lease.holder == holder, Lease.until <= now),
    )
    with transaction() as session:
        return session.scalar(row.returning(Lease.holder)) is not None


def give_back_lease(holder: str) -> None:
    with transaction() as session:
        session.execute(delete(Lease).where(Lease.name == LEASE, Lease.holder == holder))


def lease_time() -> timedelta:
    """Long enough for the next tick to keep it, short enough for another process to take over soon."""
    return timedelta(seconds=max(10, 2 * config.current().tick_seconds))


def forget_idempotent_requests(limit: int) -> int:
    """Prune the keys of requests that can no longer be replayed."""
    old = (
        select(IdempotentRequest.key)
        .where(IdempotentRequest.created_at < clock.now() - idempotency.KEPT)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with transaction() as session:
        gone = delete(IdempotentRequest).where(IdempotentRequest.key.in_(old)).returning(IdempotentRequest.key)
        return len(session.scalars(gone).all())


def end_expired_sessions(limit: int) -> int:
    """Prune the log-ins that have lasted their time."""
    old = (
        select(StaffSession.id)
        .where(StaffSession.expires_at <= clock.now())
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with transaction() as session:
        gone = delete(StaffSession).where(StaffSession.id.in_(old)).returning(StaffSession.id)
        return len(session.scalars(gone).all())


class Timer(threading.Thread):
    """Ticks every TICK_SECONDS, and when poked, until it is stopped."""

    def __init__(self, app: Flask) -> None:
        super().__init__(name="timer", daemon=True)
        self.app = app
        self.holder = uuid.uuid4().hex
        self.stopping = threading.Event()

    def run(self) -> None:
        seconds = FIRST_SECONDS
        while not self.stopping.is_set():
            was_poked = _poked.wait(seconds)
            _poked.clear()
            if self.stopping.is_set():
                return
            with self.app.app_context():
                seconds = config.current().tick_seconds
                self._tick(run_jobs if was_poked else tick)

    def _tick(self, act: Callable[[str], dict[str, int]]) -> None:
        try:
            act(self.holder)
        except SQLAlchemyError as error:
            log.warning("the timer could not tick", extra={"error_type": type(error).__name__})

    def stop(self) -> None:
        """Finish what is under way, for a few seconds at the most, and let another process have the lease."""
        self.stopping.set()
        _poked.set()
        self.join(STOP_SECONDS)
        try:
            with self.app.app_context():
                give_back_lease(self.holder)
        except SQLAlchemyError as error:
            log.warning("the timer's lease was not given back", extra={"error_type": type(error).__name__})
