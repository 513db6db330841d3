"""Programs started for a while: without privileges, on loopback, stopped by who started them."""

import atexit
from collections.abc import Mapping, Sequence
import os
from pathlib import Path
import random
import signal
import socket
import subprocess
import tempfile
import time

NOBODY = 65534
"""The user and group of a server started by root."""

UNPRIVILEGED = (
    ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")
    if os.geteuid() == 0
    else ()
)
"""What goes before a command that must not run as root."""

LOOPBACK = "127.0.0.1"
TWIN = "127.0.0.2"
"""Where a port is held for who has it on `LOOPBACK`; nobody listens here."""


class ProcessError(Exception):
    """A program ended, or did not begin to serve, and what it wrote last."""


_given: list[socket.socket] = []
"""What holds the ports that somebody of this process has, or will listen on in a moment."""


def free_port() -> int:
    """Return a port of the loopback on which nobody listens, another one each time.

    No other process gets it either, as long as this one lives: its twin on another address of
    the loopback stays taken. Below the range the kernel takes the ports of outgoing connections
    from: a server that restarts finds its port again.
    """
    while True:
        port = random.randint(20000, 32000)
        twin = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                twin.bind((TWIN, port))
                probe.bind((LOOPBACK, port))
            except OSError:
                twin.close()
                continue
        _given.append(twin)
        return port


def temporary_folder(name: str) -> Path:
    """Make a temporary folder that an unprivileged server can read, whoever runs this."""
    folder = Path(tempfile.mkdtemp(prefix=f"sen1-{name}-"))
    folder.chmod(0o755)
    return folder


def give_away(folder: Path) -> None:
    """Make the unprivileged user the owner of a folder and all that is in it."""
    if not UNPRIVILEGED:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)


class Process:
    """One program with its log in a file, in a session of its own: Ctrl-C reaches us, not it."""

    def __init__(self, command: Sequence[str], log: Path, env: Mapping[str, str]) -> None:
        self.command = command
        self.log = log
        self._env = {**os.environ, **env}
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Return the number of the running program."""
        assert self._popen is not None
        return self._popen.pid

    @property
    def running(self) -> bool:
        """Return whether the program was started and has not ended."""
        return self._popen is not None and self._popen.poll() is None

    def start(self) -> None:
        """Start the program; what it prints is added to its log."""
        with self.log.open("ab") as output:
            self._popen = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._env,
                start_new_session=True,
            )
        atexit.register(self.kill)

    def wait_for_port(self, port: int, within: float) -> None:
        """Wait until the program accepts connections; `within` is in seconds."""
        deadline = time.monotonic() + within
        while True:
            if not self.running:
                raise ProcessError(f"{self.command[0]} ended at once:\n{self.tail()}")
            try:
                socket.create_connection((LOOPBACK, port), timeout=1).close()
            except OSError as error:
                if time.monotonic() > deadline:
                    raise ProcessError(
                        f"nothing listens on port {port} after {within:g} s:\n{self.tail()}"
                    ) from error
                time.sleep(0.01)
            else:
                return

    def wait_for_file(self, path: Path, within: float) -> None:
        """Wait until the program has made a file; `within` is in seconds."""
        deadline = time.monotonic() + within
        while not path.exists():
            if not self.running or time.monotonic() > deadline:
                raise ProcessError(f"{self.command[0]} made no {path.name}:\n{self.tail()}")
            time.sleep(0.01)

    def stop(self, within: float = 10, by: signal.Signals = signal.SIGTERM) -> None:
        """Ask the program to end, wait for it, and kill it if it takes more than `within` s."""
        if self._popen is not None and self.running:
            self._popen.send_signal(by)
            try:
                self._popen.wait(within)
            except subprocess.TimeoutExpired:
                self._popen.kill()
        self.kill()

    def kill(self) -> None:
        """End the program as a power cut would."""
        if self._popen is not None:
            self._popen.kill()
            self._popen.wait()
        atexit.unregister(self.kill)

    def tail(self, lines: int = 20) -> str:
        """Return the last lines of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
