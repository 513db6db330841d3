"""PostgreSQL as Debian brings it: unprivileged, on the loopback, removed when it is stopped."""

from pathlib import Path
import signal
import subprocess
import time

from .database import DatabaseServer
from .process import LOOPBACK, UNPRIVILEGED, give_away


class PostgreSQL(DatabaseServer):
    """One server in a folder of its own, with a role and a database for each name."""

    # Whoever is connected.
    stopped_by = signal.SIGINT

    def __init__(self) -> None:
        super().__init__("postgresql")
        self.programs = max(
            Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
        )
        give_away(self.folder)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "postgres", "--no-sync")
        self._runs(
            *(str(self.programs / "postgres"), "-D", str(self.folder / "data")),
            *("-p", str(self.port), "-k", str(self.folder)),
            *("-c", f"listen_addresses={LOOPBACK}", "-c", "fsync=off"),
        )

    def start(self) -> None:
        """Start the server; return when it takes connections: it listens before that."""
        super().start()
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
