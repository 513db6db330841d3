"""ejabberd as the other kind of server: Debian's, unprivileged, alone on the loopback."""

from collections.abc import Mapping
from dataclasses import dataclass
import json
from pathlib import Path
import secrets
import shutil
import subprocess
from typing import Any, Self
from urllib.parse import quote
from urllib.request import Request, urlopen

import yaml

from custom_components.sen1.protocol.model import BareJid

from .certificates import CertificateAuthority
from .process import LOOPBACK, UNPRIVILEGED, Process, free_port, give_away, temporary_folder
from .xmpp import Account, Node

MODULES = Path(__file__).parent / "ejabberd_modules"

YEAR = 365 * 86400

ADMINISTRATOR = "admin"
ADMINISTERED: Mapping[str, Any] = {
    "access_rules": {
        "local": {"allow": "local"},
        "trusted_network": {"allow": "loopback"},
        "configure": {"allow": "admin"},
    },
    "modules": {"mod_configure": {}},
}
"""Options of a server whose administrator makes and deletes accounts by commands (XEP-0133)."""


@dataclass(frozen=True)
class Erlang:
    """What a node of a cluster is to the others; `epmd` says on which port each of them is."""

    name: str
    cookie: str
    epmd_port: int


class EjabberdServer:
    """One ejabberd for one domain; what it stores (Mnesia) outlives a restart.

    Started by `erl`: Debian's `ejabberdctl` runs as root or as the user `ejabberd` only. Without
    a node name Erlang needs no epmd.
    """

    def __init__(
        self,
        domain: str,
        authority: CertificateAuthority,
        *,
        s2s_port: int | None = None,
        neighbours: Mapping[str, int] | None = None,
        limits: bool = True,
        options: Mapping[str, Any] | None = None,
        erlang: Erlang | None = None,
    ) -> None:
        """Prepare a server in a folder of its own; it is not started.

        `neighbours` gives the s2s port of each domain this server can reach. `limits` keeps the
        limits of Debian's configuration (3 kB/s a client, five requests for friendship a minute).
        `options` take the place of ours, or of one module's. `erlang` makes it one of several,
        which keep nothing that is not in their common database, behind a relay that says who
        connects.
        """
        self.domain = domain
        self.authority = authority
        self._erlang = erlang
        self.c2s_port = free_port()
        self.s2s_port = s2s_port or free_port()
        self._http_port = free_port()
        self.folder = temporary_folder("ejabberd")
        certificate, key = authority.issue(domain)
        (self.folder / "server.pem").write_text(certificate + key)
        (self.folder / "ca.crt").write_text(authority.pem)
        (self.folder / "ejabberd.yml").write_text(
            merged(self._configuration(limits=limits), options or {})
        )
        (self.folder / "inetrc").write_text('{resolv_conf, ""}.\n{lookup, [file]}.\n')
        if erlang:
            cookie = self.folder / ".erlang.cookie"
            cookie.write_text(erlang.cookie)
            cookie.chmod(0o400)
        libraries = next(Path("/usr/lib").glob("*/ejabberd-*")).parent
        env = {
            "HOME": str(self.folder),
            "EJABBERD_CONFIG_PATH": str(self.folder / "ejabberd.yml"),
            "EJABBERD_LOG_PATH": str(self.folder / "ejabberd.log"),
            "ERL_CRASH_DUMP_SECONDS": "0",
            "ERL_INETRC": str(self.folder / "inetrc"),
            "ERL_LIBS": str(libraries),
        }
        if erlang:
            env |= {"ERL_EPMD_ADDRESS": LOOPBACK, "ERL_EPMD_PORT": str(erlang.epmd_port)}
        subprocess.run(
            ["erlc", "-o", self.folder, *MODULES.glob("*.erl")],
            check=True,
            env={**env, "PATH": "/usr/bin:/bin"},
        )
        give_away(self.folder)
        self._process = Process(self._command(neighbours or {}), self.folder / "output.log", env)

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
        self._process.start()
        self._process.wait_for_port(self.c2s_port, within=60)
        self._process.wait_for_port(self._http_port, within=60)

    def stop(self) -> None:
        """Stop in order: clients and other servers are told."""
        self._process.stop()

    def kill(self) -> None:
        """Stop as a power cut would: nobody is told.

        What it stored alone is on the disk before: by itself Mnesia writes seconds later, so that a
        power cut takes accounts and nodes back that a client was told are there.
        """
        if self._process.running and not self._erlang:
            self._http("storage/sync")
        self._process.kill()

    def restart(self) -> None:
        """Stop in order and start again, on the same ports with what was stored."""
        self.stop()
        self.start()

    def register(self, user: str, password: str | None = None) -> Account:
        """Make an account; its password is a random one unless given."""
        password = password or secrets.token_urlsafe(12)
        self.command("register", user=user, host=self.domain, password=password)
        jid = BareJid(f"{user}@{self.domain}")
        return Account(jid, password, LOOPBACK, self.c2s_port, self.authority.pem)

    def set_password(self, user: str, password: str) -> None:
        """Change the password of an account."""
        self.command("change_password", user=user, host=self.domain, newpass=password)

    def delete(self, user: str) -> None:
        """Remove an account and all it stored."""
        self.command("unregister", user=user, host=self.domain)

    def disconnect(self, jid: str) -> None:
        """Close the connections of an account, whose clients may come back at once."""
        user, _, host = jid.partition("@")
        self.command("kick_user", user=user, host=host)

    def nodes(self, user: str) -> dict[str, Node]:
        """Return the PEP nodes of an account by name, read from the server's own storage."""
        return {
            name: Node(
                config=stored["config"],
                affiliations=stored["affiliations"],
                subscribers=frozenset(stored["subscribers"]),
            )
            for name, stored in self._stored("nodes", user).items()
        }

    def items(self, user: str, node: str) -> list[str]:
        """Return the ids of the items a PEP node keeps, oldest first."""
        ids: list[str] = self._stored("items", user, node)
        return ids

    def roster(self, user: str) -> dict[str, str]:
        """Return the roster of an account, address to subscription, from the server's storage."""
        subscriptions: dict[str, str] = self._stored("roster", user)
        return subscriptions

    def command(self, name: str, **arguments: str) -> Any:
        """Return what a command of the running server answers, as `ejabberdctl` would."""
        return self._http(f"api/{name}", json.dumps(arguments))

    @property
    def log(self) -> str:
        """Return all the server has logged."""
        return (self.folder / "ejabberd.log").read_text(errors="replace")

    def _stored(self, table: str, user: str, node: str = "") -> Any:
        return self._http(f"storage/{table}/{user}?node={quote(node)}")

    def _http(self, path: str, body: str | None = None) -> Any:
        request = Request(
            f"http://{LOOPBACK}:{self._http_port}/{path}",
            data=None if body is None else body.encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def _command(self, neighbours: Mapping[str, int]) -> list[str]:
        # Instead of a DNS server: records that stay in the cache of Erlang's resolver.
        records = [
            f'inet_db:add_rr("_xmpp-server._tcp.{domain}", in, srv, {YEAR},'
            f' {{0, 0, {port}, "{LOOPBACK}"}})'
            for domain, port in neighbours.items()
        ]
        named = (
            (
                *("-name", self._erlang.name, "-start_epmd", "false"),
                *("-kernel", "inet_dist_use_interface", "{127,0,0,1}"),
            )
            if self._erlang
            else ()
        )
        return [
            *(*UNPRIVILEGED, "erl", "-noinput", "+S", "2", "+sbwt", "none", *named),
            *("-mnesia", "dir", f'"{self.folder}/spool"', "-pa", str(self.folder)),
            *(argument for record in records for argument in ("-eval", f"{record}.")),
            *("-s", "ejabberd"),
        ]

    def _configuration(self, *, limits: bool) -> str:
        shaper = "shaper: normal, " if limits else ""
        s2s_shaper = "shaper: fast, " if limits else ""
        behind = "use_proxy_protocol: true, " if self._erlang else ""
        return f"""\
hosts: [{self.domain}]
certfiles: ["{self.folder}/server.pem"]
ca_file: "{self.folder}/ca.crt"
log_rotate_count: 0

listen:
  - {{module: ejabberd_c2s, ip: {LOOPBACK}, port: {self.c2s_port}, {shaper}{behind}\
max_stanza_size: 262144, starttls_required: true}}
  - {{module: ejabberd_s2s_in, ip: {LOOPBACK}, port: {self.s2s_port}, {s2s_shaper}{behind}\
max_stanza_size: 524288}}
  - module: ejabberd_http
    ip: {LOOPBACK}
    port: {self._http_port}
    request_handlers: {{/api: mod_http_api, /storage: testbed_storage}}

shaper: {{normal: {{rate: 3000, burst_size: 20000}}, fast: 200000}}
acl:
  local: {{user_regexp: ""}}
  loopback: {{ip: 127.0.0.0/8}}
  admin: {{user: {ADMINISTRATOR}@{self.domain}}}
access_rules: {{local: {{allow: local}}, trusted_network: {{allow: loopback}}}}
api_permissions: {{testbed: {{who: loopback, what: "*"}}}}

s2s_use_starttls: required
outgoing_s2s_families: [ipv4]
# A server that comes back is met again at once: by itself ejabberd waits up to five minutes.
s2s_max_retry_delay: 1

auth_method: internal
auth_password_format: scram
registration_timeout: infinity

# As in Debian's configuration, without what needs a port of its own or a database.
modules:
  mod_adhoc: {{}}
  mod_admin_extra: {{}}
  mod_blocking: {{}}
  mod_caps: {{}}
  mod_carboncopy: {{}}
  mod_client_state: {{}}
  mod_disco: {{}}
  mod_http_api: {{}}
  mod_last: {{}}
  mod_offline: {{}}
  mod_ping: {{}}
{"  mod_pres_counter: {count: 5, interval: 60}" if limits else ""}
  mod_privacy: {{}}
  mod_private: {{}}
  mod_pubsub: {{access_createnode: local, plugins: [flat, pep]}}
  mod_register: {{ip_access: trusted_network}}
  mod_roster: {{versioning: true}}
  mod_s2s_bidi: {{}}
  mod_stream_mgmt: {{resend_on_timeout: if_offline}}
  mod_vcard: {{search: false}}
  mod_version: {{}}
"""


def merged(configuration: str, options: Mapping[str, Any]) -> str:
    """Return a configuration with other options; modules are merged one by one."""
    if not options:
        return configuration
    ours: dict[str, Any] = yaml.safe_load(configuration)
    modules = ours["modules"] | options.get("modules", {})
    return yaml.safe_dump({**ours, **options, "modules": modules})
