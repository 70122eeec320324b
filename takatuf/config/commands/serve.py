"""`takatuf serve` and `takatuf worker`: the web server and who does the waiting work."""

import argparse
import errno
import os
import signal
import socket
import sys
import threading

from takatuf.config.commands import Answer, Subparsers, leaf


def add_parser(sub: Subparsers) -> None:
    made = leaf(sub, "serve", "Answer on the web", serve)
    made.add_argument("--host", default="127.0.0.1", help="address to listen on")
    made.add_argument("--port", type=port, default=8000)
    made.add_argument("--workers", type=workers, default=1, help="processes that answer")
    made.add_argument(
        "--with-worker", action="store_true", help="also deliver messages, in this process"
    )
    leaf(sub, "worker", "Deliver messages, climb over silence, sign checkpoints", worker)


def port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("write a port from 1 to 65535")
    return int(text)


def workers(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError("write a number of processes from 1 to 64")
    return int(text)


def serve(args: argparse.Namespace) -> Answer:
    import uvicorn
    from django.conf import settings
    from django.utils.translation import gettext as _
    from uvicorn.supervisors import Multiprocess

    listening = listening_at(args.host, args.port)
    _check_tables()
    stop = _stop_on_signal()
    helper = _worker_thread(stop) if args.with_worker else None
    config = uvicorn.Config(
        "takatuf.config.asgi:application",
        workers=args.workers,
        log_config=None,
        lifespan="off",
        # A stream of events never ends by itself: a stop must not wait for it.
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    at = (
        f"http://[{args.host}]:{args.port}"
        if ":" in args.host
        else f"http://{args.host}:{args.port}"
    )
    sys.stderr.write(_("Takatuf answers at %(address)s") % {"address": at} + "\n")
    if at != settings.BASE_URL:
        words = _("Links in messages lead to %(address)s (TAKATUF_BASE_URL).")
        sys.stderr.write(words % {"address": settings.BASE_URL} + "\n")
    sys.stderr.flush()
    try:
        if args.workers > 1:
            # The C library keeps freed memory for each thread apart; two such heaps are enough.
            os.environ.setdefault("MALLOC_ARENA_MAX", "2")
            Multiprocess(config, sockets=[listening]).run()
        else:
            uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        if helper:
            helper.join(timeout=10)
    return Answer({"stopped": True})


def worker(args: argparse.Namespace) -> Answer:
    from takatuf.config.worker import run_worker

    _check_tables()
    run_worker(stop=_stop_on_signal())
    return Answer({"stopped": True})


def listening_at(host: str, port: int) -> socket.socket:
    """A socket on this address. `Refused` with what to do where it cannot be had."""
    from django.utils.translation import gettext as _

    from takatuf.foundation.errors import Refused

    words = {"host": host, "port": port, "other": port + 1 if port < 65535 else 8000}
    try:
        ways = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        # Of a name with two addresses the older kind, which every browser tries.
        family, kind, proto, _name, address = min(ways, key=lambda way: way[0] != socket.AF_INET)
        listening = socket.socket(family, kind, proto)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        # Some systems tell only here that another program listens already.
        listening.listen(2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refused(
                _(
                    "Port %(port)s is taken by another program, perhaps by Takatuf itself. End "
                    "that, or take another port: takatuf serve --port %(other)s, or "
                    "make run PORT=%(other)s."
                )
                % words,
                code="port-taken",
            ) from error
        if error.errno == errno.EACCES:
            raise Refused(
                _(
                    "This user may not listen on port %(port)s. Take one from 1024 on, and let a "
                    "reverse proxy answer on 80 and 443."
                )
                % words,
                code="port-closed",
            ) from error
        raise Refused(
            _(
                "This machine cannot listen at %(host)s (%(problem)s). Take one of its own "
                "addresses, or 127.0.0.1 behind a reverse proxy."
            )
            % {**words, "problem": error.strerror},
            code="no-such-host",
        ) from error
    # Else the second half of each answer waits 40 ms for the client's acknowledgement:
    # asyncio sets this by itself only on sockets that it made.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.set_inheritable(True)
    return listening


def _check_tables() -> None:
    """`Refused` before anything begins where the tables are not those of this version.

    Where the database does not answer, that is raised as it is, and put into words above.
    """
    from django.db import connections
    from django.utils.translation import gettext as _

    from takatuf.config.commands.doctor import tables_are_ready
    from takatuf.foundation.errors import Refused

    try:
        if not tables_are_ready():
            raise Refused(_("The tables are not up to date. Run “takatuf setup”."), code="database")
    finally:
        connections.close_all()  # processes and threads open their own


def _stop_on_signal() -> threading.Event:
    """An event that is set when the system or a person asks the process to end.

    uvicorn takes the signals for itself and raises them once more when it has stopped; they
    must not kill the process then, while the worker still gives back what it holds.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _worker_thread(stop: threading.Event) -> threading.Thread:
    from takatuf.config.worker import run_worker

    thread = threading.Thread(target=run_worker, kwargs={"stop": stop}, name="worker", daemon=True)
    thread.start()
    return thread
