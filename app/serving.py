"""How does Rejoinder stand on a network: how many processes, who starts and stops them?"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.util import Finalize

from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.server import MPServer

from app.config import Config
from app.ground.observe import configure_logging
from app.site.timer import Timer

STOP_SECONDS = 10  # for requests under way, when told to stop
LOOK_SECONDS = 1.0  # between looks at whether the parent still lives
CONNECTIONS = 512  # of one process; beyond them the kernel's queue waits

log = logging.getLogger(__name__)


class CannotListen(Exception):
    """The address is taken or not this machine's."""


def serve(config: Config, make_app: Callable[[Config], Flask], app: Flask) -> None:
    """Serve until told to stop by SIGTERM or SIGINT; `app` holds no connection open.

    Raises CannotListen, and SystemExit where the processes keep failing.
    """
    _check_address(config)
    server = _server(config)
    os.register_at_fork(after_in_child=_hear_signals)
    load = Loader(config, make_app, app)
    log.info("listening", extra={"url": url_of(config), "workers": config.workers})
    log.info("%s", why_so_many(config), extra={"workers": config.workers})
    try:
        server.serve(target_loader=load, wrap_loader=False)
    except SystemExit:
        # A process that was told to stop by the same Ctrl-C as this one has not failed.
        if not server.interrupt_signal:
            log.exception("the processes keep failing")
            raise
    log.info("stopped")


def why_so_many(config: Config) -> str:
    """The number of processes, and the reason for it."""
    if config.workers > 1:
        return f"{config.workers} processes, as WORKERS says; Redis counts for the limits of them all"
    if config.redis_url is None:
        return "1 process: without REDIS_URL limits are counted in its memory, so there can be no second"
    return "1 process, as WORKERS says"


def url_of(config: Config) -> str:
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"http://{host}:{config.port}"


def _server(config: Config) -> MPServer:
    return MPServer(
        "rejoinder",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=config.workers,
        blocking_threads=config.threads,
        backpressure=CONNECTIONS,
        # Its own lines name addresses and receipts, and what an application's error says; ours do not.
        log_enabled=False,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=STOP_SECONDS,
    )


def _check_address(config: Config) -> None:
    """Find out whether the address is free: the server shares ports, and would share one with somebody else's too."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            config.host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotListen(f"Cannot listen on {url_of(config)}: {error.strerror or error}") from None


@dataclass(slots=True)
class Loader:
    """What a process begins with: the application, its timer, and a watch on the parent.

    The application is made before the processes part, so that they share its memory and are there at once. Where a
    process starts from nothing (macOS, Python 3.14) it makes its own.
    """

    config: Config
    make_app: Callable[[Config], Flask]
    app: Flask | None

    def __call__(self) -> Flask:
        _hear_signals()
        configure_logging(self.config.log_level)
        parent = parent_process()
        if parent is not None and parent.pid is not None:
            threading.Thread(target=_follow, args=(parent.pid,), name="follow the parent", daemon=True).start()
        app = self.app or self.make_app(self.config)
        timer = Timer(app)
        timer.start()
        Finalize(None, timer.stop, exitpriority=1)
        return app

    def __reduce__(self) -> tuple[type["Loader"], tuple[Config, Callable[[Config], Flask], None]]:
        return Loader, (self.config, self.make_app, None)


def _hear_signals() -> None:
    """Let a process that has just begun end when it is told to.

    Until the server sets its own handlers, those of the parent would hear the signal and do nothing.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _follow(parent: int) -> None:
    """Stop when the parent is gone, however it went: by the signal first, then without asking."""
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS / 2)
    os._exit(1)
