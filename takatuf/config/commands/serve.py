"""`takatuf serve` and `takatuf worker`: the web server and who does the waiting work."""

import argparse
import os
import signal
import socket
import threading

from takatuf.config.commands import Answer, Subparsers, leaf


def add_parser(sub: Subparsers) -> None:
    made = leaf(sub, "serve", "Answer on the web", serve)
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", type=int, default=8000)
    made.add_argument("--workers", type=int, default=1, help="processes that answer")
    made.add_argument(
        "--with-worker", action="store_true", help="also deliver messages, in this process"
    )
    leaf(sub, "worker", "Deliver messages, climb over silence, sign checkpoints", worker)


def serve(args: argparse.Namespace) -> Answer:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    stop = _stop_on_signal()
    helper = _worker_thread(stop) if args.with_worker else None
    config = uvicorn.Config(
        "takatuf.config.asgi:application",
        host=args.host,
        port=args.port,
        workers=args.workers,
        log_config=None,
        lifespan="off",
        # A stream of events never ends by itself: a stop must not wait for it.
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    server = uvicorn.Server(config)
    try:
        if args.workers > 1:
            # The C library keeps freed memory for each thread apart; two such heaps are enough.
            os.environ.setdefault("MALLOC_ARENA_MAX", "2")
            listening = config.bind_socket()
            # Else the second half of each answer waits 40 ms for the client's acknowledgement:
            # asyncio sets this by itself only on sockets that it made.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Multiprocess(config, sockets=[listening]).run()
        else:
            server.run()
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        if helper:
            helper.join(timeout=10)
    if args.workers == 1 and not server.started:
        raise SystemExit(1)  # uvicorn has said why
    return Answer({"stopped": True})


def worker(args: argparse.Namespace) -> Answer:
    from takatuf.config.worker import run_worker

    run_worker(stop=_stop_on_signal())
    return Answer({"stopped": True})


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
