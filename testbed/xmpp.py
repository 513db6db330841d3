"""Real XMPP servers that federate on this machine: no root, no DNS, certificates verified.

    with federation("maison.test", "coop.test") as (maison, coop):
        alice = maison.register("alice")
        ...  # connect to alice.host, alice.port, trusting alice.ca

Everything is synchronous and quick (a server is up in 0.1 s), so that fixtures of any scope
can use it.
"""

from collections.abc import Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
import json
from pathlib import Path
import secrets
import shutil
import sqlite3
import subprocess
from typing import Any, Protocol, Self

from custom_components.sen1.protocol.model import BareJid

from .cable import Cable
from .certificates import CertificateAuthority
from .process import LOOPBACK, UNPRIVILEGED, Process, free_port, give_away, temporary_folder
from .prosody_console import answer

LIMITS = 'limits = { c2s = { rate = "10kb/s" }, s2sin = { rate = "30kb/s" } }'
"""As in Debian's configuration."""

STORAGE = """\
storage = "sql"
sql = { driver = "SQLite3", database = "prosody.sqlite" }
sqlite_tune = "fast"
"""
"""On the disk when the system likes: tests kill programs, never the machine. Else each reading of
each test waits for the disk.
"""

INVITES = 'modules_enabled = { "invites_register", "invites_adhoc" }'
USER_INVITES = f"{INVITES}\nallow_user_invites = true"
"""Options of a Prosody whose users may invite: to be a friend; to have an account there too."""

PLUGINS = Path(__file__).parent / "prosody_plugins"
KIT = Path(__file__).parents[1] / "docs" / "server"
"""What docs/en/server.md has installed on a server."""


@dataclass(frozen=True)
class Account:
    """All a client needs to connect."""

    jid: BareJid
    password: str
    host: str
    port: int
    ca: str
    """The certificates to trust, as PEM."""


@dataclass(frozen=True)
class Node:
    """A PEP node as its server keeps it."""

    config: dict[str, Any]
    affiliations: dict[str, str]
    subscribers: frozenset[str]


class XmppServer(Protocol):
    """What tests and the demo ask of any server."""

    domain: str
    c2s_port: int
    s2s_port: int
    authority: CertificateAuthority

    def __enter__(self) -> Self:
        """Start the server."""

    def __exit__(self, *_: object) -> None:
        """Stop the server and remove all it stored."""

    @property
    def is_running(self) -> bool:
        """Return whether the server was started and not stopped since."""

    def start(self) -> None:
        """Start; return when clients can connect."""

    def stop(self) -> None:
        """Stop in order: clients and other servers are told."""

    def kill(self) -> None:
        """Stop as a power cut would: nobody is told."""

    def restart(self) -> None:
        """Stop in order and start again, on the same ports with what was stored."""

    def register(self, user: str, password: str | None = None) -> Account:
        """Make an account; its password is a random one unless given."""

    def set_password(self, user: str, password: str) -> None:
        """Change the password of an account."""

    def delete(self, user: str) -> None:
        """Remove an account and all it stored."""

    def disconnect(self, jid: str) -> None:
        """Close the connections of an account, whose clients may come back at once."""

    def nodes(self, user: str) -> dict[str, Node]:
        """Return the PEP nodes of an account by name, read from the server's own storage."""

    def items(self, user: str, node: str) -> list[str]:
        """Return the ids of the items a PEP node keeps, oldest first."""

    def roster(self, user: str) -> dict[str, str]:
        """Return the roster of an account, address to subscription, from the server's storage."""


class ServerKind(Protocol):
    """How a server of some kind is made, not started yet."""

    def __call__(
        self,
        domain: str,
        authority: CertificateAuthority,
        *,
        s2s_port: int,
        neighbours: Mapping[str, int],
        limits: bool,
    ) -> XmppServer:
        """`neighbours` gives the s2s port of each domain the server can reach."""


class ProsodyServer:
    """One Prosody for one domain; what it stores outlives a restart."""

    def __init__(
        self,
        domain: str,
        authority: CertificateAuthority,
        *,
        s2s_port: int | None = None,
        neighbours: Mapping[str, int] | None = None,
        limits: bool = True,
        host_options: str = "",
        storage: str = STORAGE,
    ) -> None:
        """Prepare a server in a folder of its own; it is not started.

        `neighbours` gives the s2s port of each domain this server can reach. `limits` keeps
        the limits of Debian's configuration (10 kB/s a client); without them a benchmark measures
        the server and not its patience. `host_options` is Lua for the domain's own
        configuration; `storage` is Lua that says where all is kept.
        """
        self.domain = domain
        self.authority = authority
        self.c2s_port = free_port()
        self.s2s_port = s2s_port or free_port()
        self.folder = temporary_folder("prosody")
        self._config = self.folder / "prosody.cfg.lua"
        self._console = self.folder / "data" / "prosody.sock"
        self._database = self.folder / "data" / "prosody.sqlite"
        self._database.parent.mkdir()
        with closing(sqlite3.connect(self._database)) as connection:
            # Else a reader holds the writer's commit up, which then locks all readers out.
            connection.execute("PRAGMA journal_mode = WAL")
        shutil.copytree(PLUGINS, self.folder / "plugins")
        shutil.copy(KIT / "mod_data_policy.lua", self.folder / "plugins")
        certificate, key = authority.issue(domain)
        (self.folder / "server.crt").write_text(certificate)
        (self.folder / "server.key").write_text(key)
        (self.folder / "ca.crt").write_text(authority.pem)
        self._config.write_text(
            self._configuration(neighbours or {}, storage, limits=limits) + host_options + "\n"
        )
        give_away(self.folder)
        self._process = Process(
            self._command("prosody", "-F"), self.folder / "output.log", {"HOME": str(self.folder)}
        )

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server and remove all it stored."""
        self.stop()
        shutil.rmtree(self.folder)

    @property
    def is_running(self) -> bool:
        """Return whether the server was started and not stopped since."""
        return self._process.running

    def start(self) -> None:
        """Start; return when clients can connect."""
        self._console.unlink(missing_ok=True)  # a killed server leaves it
        self._process.start()
        self._process.wait_for_port(self.c2s_port, within=60)
        self._process.wait_for_file(self._console, within=60)

    def stop(self) -> None:
        """Stop in order: clients and other servers are told."""
        self._process.stop()

    def kill(self) -> None:
        """Stop as a power cut would: nobody is told."""
        self._process.kill()

    def restart(self) -> None:
        """Stop in order and start again, on the same ports with what was stored."""
        self.stop()
        self.start()

    def register(self, user: str, password: str | None = None) -> Account:
        """Make an account; its password is a random one unless given."""
        password = password or secrets.token_urlsafe(12)
        self.shell(f"user:create('{user}@{self.domain}', '{password}')")
        jid = BareJid(f"{user}@{self.domain}")
        return Account(jid, password, LOOPBACK, self.c2s_port, self.authority.pem)

    def befriend(self, user: str, jid: str) -> None:
        """Let an account have a friend, as if both had agreed; nobody of them may be online."""
        row = (self.domain, user, "roster", jid, "json", '{"subscription":"both","groups":{}}')
        columns = '"host", "user", "store", "key", "type", "value"'
        with closing(sqlite3.connect(self._database, timeout=30)) as connection:
            connection.execute(f"INSERT INTO prosody ({columns}) VALUES (?, ?, ?, ?, ?, ?)", row)
            connection.commit()

    def set_password(self, user: str, password: str) -> None:
        """Change the password of an account."""
        self.shell(f"user:password('{user}@{self.domain}', '{password}')")

    def invite(self, inviter: str = "", *, account: bool = True, lasts: str = "1d") -> str:
        """Return a new link that is good for an account and for the friendship of an inviter.

        Without `account` it is good for the friendship alone; it `lasts` so long.
        """
        for_account = "true" if account else "false"
        command = (
            f"invite:create_contact('{inviter}@{self.domain}',"
            f" {{ allow_registration = {for_account}, expires_after = '{lasts}' }})"
            if inviter
            else f"invite:create_account('{self.domain}', {{ expires_after = '{lasts}' }})"
        )
        return next(word for word in self.shell(command).split() if word.startswith("xmpp:"))

    def delete(self, user: str) -> None:
        """Remove an account and all it stored."""
        self._prosodyctl("deluser", f"{user}@{self.domain}")

    def shell(self, command: str) -> str:
        """Return what the running server's console answers, e.g. to `c2s:closeall()`."""
        return answer(self._console, command)

    def disconnect(self, jid: str) -> None:
        """Close the connections of an account, whose clients may come back at once."""
        self.shell(f"c2s:close('{jid}')")

    def nodes(self, user: str) -> dict[str, Node]:
        """Return the PEP nodes of an account by name, read from the server's own storage."""
        query = "SELECT key, value FROM prosody WHERE host = ? AND user = ? AND store = 'pep'"
        return {
            name: Node(
                config=stored["config"],
                affiliations=dict(stored["affiliations"] or {}),
                subscribers=frozenset(stored["subscribers"] or {}),
            )
            for name, value in self._select(query, self.domain, user)
            if isinstance(stored := json.loads(value), dict)
        }

    def items(self, user: str, node: str) -> list[str]:
        """Return the ids of the items a PEP node keeps, oldest first."""
        query = (
            "SELECT key FROM prosodyarchive WHERE host = ? AND user = ? AND store = ?"
            " ORDER BY sort_id"
        )
        return [key for (key,) in self._select(query, self.domain, user, f"pep_{node}")]

    def roster(self, user: str) -> dict[str, str]:
        """Return the roster of an account, address to subscription, from the server's storage."""
        query = "SELECT key, value FROM prosody WHERE host = ? AND user = ? AND store = 'roster'"
        return {
            jid: stored["subscription"]
            for jid, value in self._select(query, self.domain, user)
            if isinstance(stored := json.loads(value), dict) and "subscription" in stored
        }

    @property
    def log(self) -> str:
        """Return all the server has logged."""
        return (self.folder / "prosody.log").read_text(errors="replace")

    def _select(self, query: str, *arguments: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as connection:
            return connection.execute(query, arguments).fetchall()

    def _command(self, program: str, *arguments: str) -> list[str]:
        return [*UNPRIVILEGED, program, "--config", str(self._config), *arguments]

    def _prosodyctl(self, *arguments: str) -> str:
        """Run as the user of the server: it could not read an account that root made."""
        done = subprocess.run(
            self._command("prosodyctl", *arguments),
            check=False,
            capture_output=True,
            text=True,
            cwd=self.folder,
        )
        if done.returncode:
            raise RuntimeError(f"prosodyctl {arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def _configuration(self, neighbours: Mapping[str, int], storage: str, *, limits: bool) -> str:
        modules = [
            *("admin_shell", "blocklist", "carbons", "csi_simple", "disco", "mam", "offline"),
            *("pep", "ping", "register", "roster", "s2s_bidi", "s2s_static", "saslauth"),
            *("smacks", "time", "tls", "version"),
            *(["limits"] if limits else []),
        ]
        targets = "".join(f'  ["{domain}"] = {port};\n' for domain, port in neighbours.items())
        return f"""\
pidfile = "{self.folder}/prosody.pid"
data_path = "{self.folder}/data"
plugin_paths = {{ "{self.folder}/plugins" }}
certificates = "{self.folder}"
log = {{ info = "{self.folder}/prosody.log" }}

interfaces = {{ "{LOOPBACK}" }}
use_ipv6 = false
c2s_ports = {{ {self.c2s_port} }}
s2s_ports = {{ {self.s2s_port} }}
c2s_direct_tls_ports = {{}}
s2s_direct_tls_ports = {{}}
http_ports = {{}}
https_ports = {{}}

modules_enabled = {{ {", ".join(f'"{name}"' for name in modules)} }}
modules_disabled = {{ "dialback" }}
{LIMITS if limits else ""}
s2s_static_targets = {{
{targets}}}

authentication = "internal_hashed"
allow_registration = true
{storage}

c2s_require_encryption = true
s2s_require_encryption = true
s2s_secure_auth = true

VirtualHost "{self.domain}"
  ssl = {{
    certificate = "{self.folder}/server.crt";
    key = "{self.folder}/server.key";
    cafile = "{self.folder}/ca.crt";
  }}
"""


@contextmanager
def federation(
    *domains: str,
    authority: CertificateAuthority | None = None,
    limits: bool = True,
    host_options: str = "",
) -> Generator[tuple[ProsodyServer, ...]]:
    """Run one Prosody for each domain, under one authority, each knowing where the others are."""
    kinds = dict.fromkeys(domains, partial(ProsodyServer, host_options=host_options))
    with federation_of(kinds, authority=authority, limits=limits) as servers:
        yield tuple(server for server in servers if isinstance(server, ProsodyServer))


@contextmanager
def federation_of(
    kinds: Mapping[str, ServerKind],
    *,
    authority: CertificateAuthority | None = None,
    limits: bool = True,
    cables: Mapping[tuple[str, str], Cable] | None = None,
) -> Generator[tuple[XmppServer, ...]]:
    """Run a server of some kind for each domain, as `federation` does.

    `cables` gives what one domain's server reaches another's through, and only through.
    """
    authority = authority or CertificateAuthority()
    ports: dict[str, int] = {}
    for domain in kinds:
        ports[domain] = free_port()
    neighbours = {domain: dict(ports) for domain in kinds}
    for (domain, other), cable in (cables or {}).items():
        cable.leads_to = ports[other]
        neighbours[domain][other] = cable.port
    with ExitStack() as stack:
        yield tuple(
            stack.enter_context(
                kind(
                    domain,
                    authority,
                    s2s_port=ports[domain],
                    neighbours=neighbours[domain],
                    limits=limits,
                )
            )
            for domain, kind in kinds.items()
        )
