"""How does Rejoinder stand on a network: how many processes, who starts and stops them?"""

import gc
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import parent_process
from multiprocessing.util import Finalize
from pathlib import Path
from stat import S_ISSOCK
from typing import cast

from flask import Flask
from granian._granian import ListenerSpec
from granian.constants import HTTPModes, Interfaces
from granian.server.mp import MPServer, WorkerProcess

from app.config import Config, url_at
from app.ground.observe import configure_logging, settle_ready
from app.site.timer import Timer

RESTART_SECONDS = 4  # that a new process has to begin while the one before it still serves
STOP_SECONDS = 10  # for requests under way, when told to stop
FIRST_BYTE_SECONDS = 0.3  # that somebody who is connected has to begin to ask
LOOK_SECONDS = 1.0  # between looks at whether the parent still lives
FREE_THREADS = 28  # beside those that work: for answers that are ready, and for requests that wait for their turn
CONNECTIONS = 512  # of one process; beyond them the kernel's queue waits
ENDING = (signal.SIGTERM, signal.SIGINT)
NO_MORE = signal.SIGUSR1  # to a process: accept no more connections

log = logging.getLogger(__name__)


class CannotListen(Exception):
    """The address is taken or not this machine's."""


def serve(config: Config, make_app: Callable[[Config], Flask], app: Flask) -> None:
    """Serve until told to stop by SIGTERM or SIGINT; `app` holds no connection open.

    Raises CannotListen, and SystemExit where the processes keep failing.
    """
    _check_address(config)
    server = _server(config)
    os.register_at_fork(before=_hold_signals, after_in_parent=_let_signals_in, after_in_child=_begin_to_hear)
    load = Loader(config, make_app, app)
    log.info("listening", extra={"url": url_of(config), "workers": config.processes})
    log.info("%s", why_so_many(config), extra={"workers": config.processes})
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
    number = f"{config.processes} process{'es' if config.processes > 1 else ''}"
    if config.workers is not None:
        return f"{number}, as WORKERS says"
    if config.redis_url is None:
        return f"{number}: without REDIS_URL limits are counted in its memory, so there can be no second"
    return f"{number}, one a core: REDIS_URL is set, so the limits are counted for all of them"


def url_of(config: Config) -> str:
    return url_at(config.host, config.port)


class Server(MPServer):
    """granian's, with one listening socket that outlives the processes: what waits in it is not theirs to refuse."""

    def _init_shared_socket(self) -> None:
        listening = ListenerSpec(self.bind_addr, self.bind_port, self.backlog).build()
        shared = socket.socket(fileno=listening.get_fd())
        shared.set_inheritable(True)
        self._shd, self._sso = listening, shared  # type: ignore[assignment]  # only None is declared

    def _spawn_worker(self, *what: object, **more: object) -> WorkerProcess:
        worker = super()._spawn_worker(*what, **more)
        worker.terminate = partial(_end, worker, worker.terminate)  # type: ignore[method-assign]
        return worker

    def _stop_workers(self) -> None:
        _close_doors(self.wrks)
        super()._stop_workers()  # type: ignore[no-untyped-call]

    def _reload(self, spawn_target: object, target_loader: object) -> None:
        """On SIGHUP: new processes begin with the code as it is on disk, then those before them finish and end."""
        log.info("restarting")
        multiprocessing.set_start_method("spawn", force=True)
        self.reload_signal = False
        self.respawned_wrks.clear()
        self.main_loop_interrupt.clear()
        for worker in range(self.workers):
            if self.interrupt_signal:
                return  # told to stop meanwhile
            self._respawn_workers([worker], spawn_target, target_loader, delay=RESTART_SECONDS)
        log.info("restarted")


def _end(worker: WorkerProcess, terminate: Callable[[], None]) -> None:
    _close_doors([worker])
    terminate()


def _close_doors(workers: Sequence[WorkerProcess]) -> None:
    """Have processes accept no more before they end: they would cut off who was connected a moment before."""
    open_ones = [worker for worker in workers if not worker.interrupt_by_parent and worker.inner.is_alive()]
    for worker in open_ones:
        worker.interrupt_by_parent = True
        with suppress(ProcessLookupError):
            os.kill(cast(int, worker.inner.pid), NO_MORE)
    if open_ones:
        time.sleep(FIRST_BYTE_SECONDS)


def _server(config: Config) -> Server:
    return Server(
        "rejoinder",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=config.processes,
        blocking_threads=config.threads + FREE_THREADS,
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
        gc.freeze()  # no request has to wait until Python has looked through all this for what is left over
        timer = Timer(app)
        timer.start()
        Finalize(None, timer.stop, exitpriority=1)
        Finalize(None, settle_ready, exitpriority=1)
        return app

    def __reduce__(self) -> tuple[type["Loader"], tuple[Config, Callable[[Config], Flask], None]]:
        return Loader, (self.config, self.make_app, None)


def _hold_signals() -> None:
    """What comes while a process is being made waits until it can hear: it would end in a handler of its parent's."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


def _let_signals_in() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _begin_to_hear() -> None:
    _hear_signals()
    _let_signals_in()


def _hear_signals() -> None:
    """Let a process that has just begun end when it is told to.

    Until the server sets its own handlers, those of the parent would hear the signal and do nothing.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(NO_MORE, _accept_no_more)


def _accept_no_more(_number: int, _frame: object) -> None:
    """Put a socket that nobody connects to in the place of each that listens; the other processes have theirs."""
    with suppress(OSError):
        nowhere = socket.create_server(("127.0.0.1", 0))
        nowhere.setblocking(False)
        for each in [int(path.name) for path in Path("/dev/fd").iterdir()]:
            with suppress(OSError):  # one was the folder's own
                if S_ISSOCK(os.fstat(each).st_mode) and _listens(each):
                    os.dup2(nowhere.fileno(), each)


def _listens(number: int) -> bool:
    with socket.socket(fileno=os.dup(number)) as opened:
        return bool(opened.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def _follow(parent: int) -> None:
    """Stop when the parent is gone, however it went: by the signal first, then without asking."""
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS / 2)
    os._exit(1)
