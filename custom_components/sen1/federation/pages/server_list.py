"""The servers a household may choose from: our list, and one of its own, both read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
import json
from pathlib import Path
import re
from typing import Any, NamedTuple

from homeassistant.core import HomeAssistant

from ...protocol.links import parse_jid

OURS = Path(__file__).parents[1] / "servers.json"
THEIRS = "sen1_servers.json"
"""The household's own list, in the folder of the configuration."""

MOST_BYTES = 262_144
MOST_SERVERS = 100
MOST_LETTERS = 200
"""Of one thing that is told of a server."""

PAGE = re.compile(r"https://[\w.-]+(:[0-9]+)?(/[\w.~/%?#=&+-]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that makes addresses, and what whoever wrote the list says of it."""

    domain: str
    name: str
    operator: str
    """Who runs it."""
    country: str
    keeps: str
    """What it keeps of what passes through it, and for how long."""
    languages: tuple[str, ...]
    since: int
    """The year it began in."""
    limits: str
    url: str
    """Its page."""


@dataclass(frozen=True, slots=True)
class ListFault:
    """What is wrong in the household's list."""

    row: int
    """Counted from 1; 0: the file cannot be read as a list of servers."""
    field: str = ""


class Servers(NamedTuple):
    """The servers by domain, and what the household's list has that is none."""

    known: dict[str, Server]
    faults: list[ListFault]


async def async_servers(hass: HomeAssistant) -> Servers:
    """Return the servers of both lists; of one in both, what the household says."""
    theirs = Path(hass.config.path(THEIRS))
    return await hass.async_add_executor_job(_read_both, theirs)


def _read_both(theirs: Path) -> Servers:
    known, _ = read_servers(OURS.read_bytes())
    try:
        with theirs.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return Servers(known, [])
    except OSError:
        return Servers(known, [ListFault(0)])
    own, faults = read_servers(content)
    return Servers(known | own, faults)


def read_servers(content: bytes) -> Servers:
    """Return the servers of a list, and which rows are none; never raises."""
    try:
        said = json.loads(content) if len(content) <= MOST_BYTES else None
    except ValueError, RecursionError:
        said = None
    rows = said.get("servers") if isinstance(said, dict) and said.keys() == {"servers"} else None
    if not isinstance(rows, list) or len(rows) > MOST_SERVERS:
        return Servers({}, [ListFault(0)])
    servers, faults = dict[str, Server](), list[ListFault]()
    for number, row in enumerate(rows, 1):
        if wrong := _wrong(row):
            faults.append(ListFault(number, wrong))
        elif row["domain"] in servers:
            faults.append(ListFault(number, "domain"))
        else:
            server = Server(**row | {"languages": tuple(row["languages"])})
            servers[server.domain] = server
    return Servers(servers, faults)


def _wrong(row: Any) -> str:
    """Return the first field of a row that is missing, unknown or no such thing."""
    if not isinstance(row, Mapping):
        return "domain"
    names = [field.name for field in fields(Server)]
    for name in names:
        if not CHECKS.get(name, _is_text)(row.get(name)):
            return name
    return next((str(name)[:MOST_LETTERS] for name in row if name not in names), "")


def _is_text(value: Any) -> bool:
    """Return whether something is a line that can be shown."""
    is_short = isinstance(value, str) and 0 < len(value) <= MOST_LETTERS
    return is_short and value.isprintable() and value == value.strip()


def _is_domain(value: Any) -> bool:
    jid = parse_jid(value) if _is_text(value) else None
    return jid is not None and jid.full == value == jid.domain


def _is_year(value: Any) -> bool:
    return type(value) is int and 1999 <= value <= 9999


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) <= 20 and all(map(_is_text, value))


def _is_page(value: Any) -> bool:
    return _is_text(value) and PAGE.fullmatch(value) is not None


CHECKS = {"domain": _is_domain, "since": _is_year, "languages": _are_texts, "url": _is_page}
"""What each thing told of a server must be; all else is a line of text."""
