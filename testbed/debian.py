"""One Debian machine, as the commands of docs/en/server.md meet it: a folder, and no privileges.

The commands run as they stand there but for `SUBSTITUTED`, with stand-ins for the programs that
only root may run. What `systemctl` is asked is done here.
"""

from collections.abc import Mapping
import os
from pathlib import Path
import re
import shutil
import subprocess
from typing import Self

from .certificates import CertificateAuthority
from .postgresql import PostgreSQL
from .process import LOOPBACK, UNPRIVILEGED, Process, free_port, give_away, temporary_folder
from .xmpp import PLUGINS

PROJECT = Path(__file__).parents[1]

SUBSTITUTED = {
    "/etc/": "{root}/etc/",
    "/var/": "{root}/var/",
    "/usr/local/": "{root}/usr/local/",
    "{ 443 }": "{ {https_port} }",
    "https://raw.githubusercontent.com/consometers/sen1-home-assistant/main": "{root}/published",
}
"""What stands on the page, and what is run in its place."""

STAND_INS = {
    # What cannot be installed here must be here already, but for what has a stand-in.
    "apt-get": """\
[ "$1" = update ] && exit 0
shift 2
for package in "$@"; do
  case $package in certbot|curl) ;; *) dpkg --status "$package" > /dev/null || exit 1 ;; esac
done
""",
    "certbot": """\
while [ $# -gt 0 ]; do
  case $1 in --domain) domain=$2 ;; --deploy-hook) hook=$2 ;; esac
  shift
done
mkdir -p "{root}/etc/letsencrypt/live/$domain"
cp "{root}/issued/$domain/"* "{root}/etc/letsencrypt/live/$domain/"
RENEWED_DOMAINS=$domain sh -ec "$hook"
""",
    "curl": """\
for last; do [ "$before" = --output ] && to=$last; before=$last; done
cp "$last" "$to"
""",
    "prosodyctl": """\
[ "$1" = --root ] && is_root=1 && shift
/usr/bin/prosodyctl --config "{root}/etc/prosody/prosody.cfg.lua" "$@" || exit
# Of root it writes certificates where the configuration has them, else beside what it stores.
[ -z "$is_root" ] || mv "{root}/var/lib/prosody/"*.crt "{root}/var/lib/prosody/"*.key \
  "{root}/etc/prosody/certs/"
""",
    "runuser": """\
[ "$1 $2 $3" = "-u postgres --" ] && shift 3 && PGUSER=postgres exec "$@"
""",
}
"""What those programs do here, in the shell's words."""

ELSEWHERE = re.compile(r"(?<![\w.])/(?:boot|etc|home|lib|opt|root|srv|usr|var)\b[^\s\"']*")
"""A path of the machine that runs the tests, which no command may touch."""

SYSTEMCTL = re.compile(r"^systemctl ([\w-]+)(?: prosody)?\n", re.MULTILINE)

DEBIAN = """\
plugin_paths = { "{root}/usr/local/lib/prosody/modules", "{root}/plugins" }
modules_enabled = {
  "disco"; "roster"; "saslauth"; "tls"; "blocklist"; "bookmarks"; "carbons"; "dialback"; "limits";
  "pep"; "private"; "smacks"; "vcard4"; "vcard_legacy"; "account_activity"; "cloud_notify";
  "csi_simple"; "invites"; "invites_adhoc"; "invites_register"; "ping"; "register"; "time";
  "uptime"; "version"; "admin_adhoc"; "admin_shell"; "posix";
  "s2s_static";
}
pidfile = "{root}/prosody.pid"
data_path = "{root}/var/lib/prosody"
s2s_secure_auth = true
limits = { c2s = { rate = "10kb/s" }; s2sin = { rate = "30kb/s" } }
authentication = "internal_hashed"
archive_expires_after = "1w"
log = { info = "{root}/var/log/prosody/prosody.log"; error = "{root}/var/log/prosody/prosody.err" }
certificates = "certs"

interfaces = { "{loopback}" }
use_ipv6 = false
c2s_ports = { {c2s_port} }
s2s_ports = { {s2s_port} }
c2s_direct_tls_ports = { }
s2s_direct_tls_ports = { }
s2s_static_targets = { {neighbours} }
ssl = { cafile = "{root}/ca.crt" }

VirtualHost "localhost"
Include "conf.d/*.cfg.lua"
"""
"""Debian's configuration of Prosody, with the ports and the neighbours of a test."""


class DebianMachine:
    """Runs blocks of commands; stops the Prosody that they start, and removes all they wrote."""

    def __init__(
        self,
        domain: str,
        authority: CertificateAuthority,
        database: PostgreSQL,
        *,
        s2s_port: int,
        neighbours: Mapping[str, int],
    ) -> None:
        """Prepare the machine on which nothing is installed yet.

        `neighbours` gives the s2s port of each domain that it can reach.
        """
        self.authority = authority
        self.c2s_port, self.https_port = free_port(), free_port()
        self.root = temporary_folder("debian")
        self._values = {
            "root": str(self.root),
            "loopback": LOOPBACK,
            "https_port": str(self.https_port),
            "c2s_port": str(self.c2s_port),
            "s2s_port": str(s2s_port),
            "neighbours": "; ".join(f'["{name}"] = {port}' for name, port in neighbours.items()),
        }
        for folder in (
            *("bin", "etc/cron.daily", "etc/prosody/conf.d", "etc/prosody/certs"),
            *("usr/local/bin", "var/lib/postgresql", "var/lib/prosody", "var/log/prosody"),
            f"issued/{domain}",
        ):
            (self.root / folder).mkdir(parents=True)
        shutil.copytree(PLUGINS, self.root / "plugins")
        # The project may lie where only who runs the tests can read.
        shutil.copytree(PROJECT / "docs/server", self.root / "published/docs/server")
        certificate, key = authority.issue(domain)
        (self.root / "issued" / domain / "fullchain.pem").write_text(certificate)
        (self.root / "issued" / domain / "privkey.pem").write_text(key)
        (self.root / "ca.crt").write_text(authority.pem)
        configuration = self.root / "etc" / "prosody" / "prosody.cfg.lua"
        configuration.write_text(self._filled(DEBIAN))
        for name, words in STAND_INS.items():
            program = self.root / "bin" / name
            program.write_text(f"#!/bin/sh\n{self._filled(words)}")
            program.chmod(0o755)
        give_away(self.root)
        path = (self.root / "bin", self.root / "usr/local/bin", database.programs)
        self._env = {
            "HOME": str(self.root),
            "PATH": ":".join((*map(str, path), "/usr/bin:/bin")),
            "PGHOST": str(database.folder),
            "PGPORT": str(database.port),
        }
        self._prosody = Process(
            [*UNPRIVILEGED, "/usr/bin/prosody", "-F", "--config", str(configuration)],
            self.root / "output.log",
            self._env,
        )

    def __enter__(self) -> Self:
        """Give the machine."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what runs on it and remove it."""
        self.stop()
        shutil.rmtree(self.root)

    def run(self, commands: str) -> str:
        """Run a block of the page and return what it prints.

        Raises RuntimeError if a command fails, ValueError if one would leave this folder.
        """
        pattern = "|".join(map(re.escape, SUBSTITUTED))
        here = re.sub(pattern, lambda found: self._filled(SUBSTITUTED[found[0]]), commands)
        if found := ELSEWHERE.findall(here):
            raise ValueError(f"not substituted: {found}")
        printed = ""
        for index, part in enumerate(SYSTEMCTL.split(here)):
            if index % 2:
                self._systemctl(part)
            elif part:
                printed += self._shell(part)
        return printed

    def start(self) -> None:
        """Start Prosody; return when clients can connect."""
        console = self.root / "var/lib/prosody/prosody.sock"
        console.unlink(missing_ok=True)
        self._prosody.start()
        self._prosody.wait_for_port(self.c2s_port, within=60)
        self._prosody.wait_for_file(console, within=60)

    def stop(self) -> None:
        """Stop Prosody, if it runs."""
        self._prosody.stop()

    def _systemctl(self, verb: str) -> None:
        if verb in {"stop", "restart"}:
            self.stop()
        if verb in {"start", "restart"}:
            self.start()

    def _shell(self, commands: str) -> str:
        done = subprocess.run(
            [*UNPRIVILEGED, "sh", "-ec", commands],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.root,
            env={"LANG": os.environ.get("LANG", "C.UTF-8"), **self._env},
        )
        if done.returncode:
            raise RuntimeError(f"{commands}\n{done.stdout}{done.stderr}")
        return done.stdout

    def _filled(self, text: str) -> str:
        """Return a text with what this machine has for each name in braces."""
        for name, value in self._values.items():
            text = text.replace("{" + name + "}", value)
        return text
