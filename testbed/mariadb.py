"""MariaDB as Debian brings it: unprivileged, on the loopback, removed when it is stopped."""

from itertools import count
import shutil
from typing import Self

from sqlalchemy import create_engine, text

from .process import LOOPBACK, UNPRIVILEGED, Process, free_port, give_away, temporary_folder


class MariaDB:
    """One server in a folder of its own; it has no table of users, so that all may do all."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = temporary_folder("mariadb")
        (self.folder / "data").mkdir()
        give_away(self.folder)
        self._numbers = count(1)
        self._process = Process(
            [
                *(*UNPRIVILEGED, "/usr/sbin/mariadbd", "--no-defaults", "--skip-grant-tables"),
                *(f"--bind-address={LOOPBACK}", f"--port={self.port}"),
                *(f"--datadir={self.folder}/data", f"--socket={self.folder}/socket"),
                # Small and fast: nothing in it outlives it.
                *("--innodb-log-file-size=16M", "--innodb-undo-tablespaces=0"),
                *("--innodb-flush-log-at-trx-commit=0", "--innodb-stats-persistent=0"),
                "--innodb-lock-wait-timeout=1",
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

    def stop(self) -> None:
        """Stop the server in order; what it stored stays."""
        self._process.stop(60)

    def new_database(self) -> str:
        """Make an empty database; return its address, as the recorder is told it."""
        server = f"mysql+pymysql://root@{LOOPBACK}:{self.port}"
        name = f"recorder{next(self._numbers)}"
        with create_engine(server).begin() as connection:
            connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))
        return f"{server}/{name}?charset=utf8mb4"
