"""PostgreSQL as Debian brings it: unprivileged, on the loopback, removed when it is stopped."""

from itertools import count
from pathlib import Path
import shutil
import signal
import subprocess
import time
from typing import Self

from .process import LOOPBACK, UNPRIVILEGED, Process, free_port, give_away, temporary_folder


class PostgreSQL:
    """One server in a folder of its own, with a role and a database for each name."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = temporary_folder("postgresql")
        self._numbers = count(1)
        self.programs = max(
            Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
        )
        give_away(self.folder)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "postgres", "--no-sync")
        options = ["-c", f"listen_addresses={LOOPBACK}", "-c", "fsync=off"]
        self._process = Process(
            [
                *(*UNPRIVILEGED, str(self.programs / "postgres"), "-D", str(self.folder / "data")),
                *("-p", str(self.port), "-k", str(self.folder), *options),
            ],
            self.folder / "output.log",
            {"HOME": str(self.folder)},
        )

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
        self._wait_for_answer()

    def stop(self) -> None:
        """Stop the server, whoever is connected; what it stored stays."""
        self._process.stop(60, signal.SIGINT)

    def _wait_for_answer(self) -> None:
        """Wait until it takes connections: it listens while it still starts up."""
        ready = [*UNPRIVILEGED, str(self.programs / "pg_isready"), "-q", "-h", str(self.folder)]
        deadline = time.monotonic() + 60
        while subprocess.run([*ready, "-p", str(self.port)], check=False).returncode:
            if not self._process.running or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not answer:\n{self._process.tail()}")
            time.sleep(0.05)

    def make(self, name: str, password: str) -> None:
        """Make a role and a database of its own."""
        self.select(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        self.select(f"CREATE DATABASE {name} OWNER {name}")

    def new_database(self) -> str:
        """Make an empty database; return its address, as the recorder is told it."""
        name = f"recorder{next(self._numbers)}"
        self.select(f"CREATE DATABASE {name}")
        options = "options=-c%20lock_timeout=1s"
        return f"postgresql://postgres@{LOOPBACK}:{self.port}/{name}?{options}"

    def select(self, query: str, database: str = "postgres") -> list[str]:
        """Return what a query gives, a line a row."""
        address = ("-h", str(self.folder), "-p", str(self.port), "-U", "postgres")
        output = self._run("psql", *address, "-d", database, "-AtqXc", query)
        return output.splitlines()

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [*UNPRIVILEGED, str(self.programs / program), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.folder,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")
        return done.stdout
