"""MariaDB as Debian brings it: unprivileged, on the loopback, removed when it is stopped."""

from sqlalchemy import create_engine, text

from .database import DatabaseServer
from .process import LOOPBACK, give_away


class MariaDB(DatabaseServer):
    """One server in a folder of its own; it has no table of users, so that all may do all."""

    def __init__(self) -> None:
        super().__init__("mariadb")
        (self.folder / "data").mkdir()
        give_away(self.folder)
        self._runs(
            *("/usr/sbin/mariadbd", "--no-defaults", "--skip-grant-tables"),
            *(f"--bind-address={LOOPBACK}", f"--port={self.port}"),
            *(f"--datadir={self.folder}/data", f"--socket={self.folder}/socket"),
            # Small and fast: nothing in it outlives it.
            *("--innodb-log-file-size=16M", "--innodb-undo-tablespaces=0"),
            *("--innodb-flush-log-at-trx-commit=0", "--innodb-stats-persistent=0"),
            "--innodb-lock-wait-timeout=1",
        )

    def new_database(self) -> str:
        """Make an empty database; return its address, as the recorder is told it."""
        server = f"mysql+pymysql://root@{LOOPBACK}:{self.port}"
        name = f"recorder{next(self._numbers)}"
        with create_engine(server).begin() as connection:
            connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))
        return f"{server}/{name}?charset=utf8mb4"
