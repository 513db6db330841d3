"""The databases that a recorder may write to."""

from collections.abc import Iterator
from typing import Protocol

import pytest
import pytest_socket

from testbed.mariadb import MariaDB
from testbed.postgresql import PostgreSQL

SERVERS = ("postgresql", "mariadb")

on_each_database = pytest.mark.parametrize("recorder_db_url", ["sqlite", *SERVERS], indirect=True)
"""Runs a test of the recorder on each kind of database that Home Assistant has."""

on_each_server = pytest.mark.parametrize("recorder_db_url", SERVERS, indirect=True)
"""Runs one on those that are programs of their own."""


class DatabaseServer(Protocol):
    """A program that the recorder's database is in."""

    def start(self) -> None:
        """Start it, with what it stored; return when it answers."""

    def stop(self) -> None:
        """Stop it, whoever is connected; what it stored stays."""

    def new_database(self) -> str:
        """Make an empty database; return its address."""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Run a PostgreSQL for all tests of the session."""
    pytest_socket.enable_socket()  # before each test's own fixture
    with PostgreSQL() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """Run a MariaDB for all tests of the session."""
    pytest_socket.enable_socket()  # before each test's own fixture
    with MariaDB() as server:
        yield server


@pytest.fixture
def recorder_db_url(
    request: pytest.FixtureRequest, recorder_db_url: str, socket_enabled: None
) -> str:
    """Return the address of an empty database: SQLite's, or of the server that a test names."""
    name = getattr(request, "param", "sqlite")
    if name == "sqlite":
        return recorder_db_url
    server: DatabaseServer = request.getfixturevalue(name)
    return server.new_database()


@pytest.fixture
def database_server(request: pytest.FixtureRequest) -> DatabaseServer:
    """Return the server that the test's database is in."""
    server: DatabaseServer = request.getfixturevalue(
        request.node.callspec.params["recorder_db_url"]
    )
    return server
