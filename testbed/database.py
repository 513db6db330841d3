"""Database servers as Debian brings them: unprivileged, on the loopback, removed when stopped."""

from itertools import count
import shutil
import signal
from typing import Self

from .process import UNPRIVILEGED, Process, free_port, temporary_folder


class DatabaseServer:
    """One server in a folder of its own."""

    _process: Process
    stopped_by = signal.SIGTERM

    def __init__(self, name: str) -> None:
        self.port = free_port()
        self.folder = temporary_folder(name)
        self._numbers = count(1)

    def _runs(self, *command: str) -> None:
        """Say what is started in the folder."""
        log, env = self.folder / "output.log", {"HOME": str(self.folder)}
        self._process = Process([*UNPRIVILEGED, *command], log, env)

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server and remove all it stored."""
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start the server, with what it stored; return when it answers."""
        self._process.start()
        self._process.wait_for_port(self.port, within=60)

    def stop(self) -> None:
        """Stop the server; what it stored stays."""
        self._process.stop(60, self.stopped_by)
