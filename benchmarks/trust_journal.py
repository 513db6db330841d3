"""The journal: what a day of it costs the disk, in bytes that stay and in waits for it.

A home grants ten friends a series each, a cooperative one to each of 300 members; `begin` is the
day on which all are granted, and acknowledge. On any other nothing is decided: each night a day is
told to each, and each answers at a moment of its own, which is a write.
"""

import os
from pathlib import Path
import tempfile
from time import perf_counter
from unittest.mock import patch
from xml.etree.ElementTree import Element, SubElement

from benchmarks.report import Report
from custom_components.sen1.federation.journal.ledger import Entry, JournalFiles
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.trust.chain import Totals
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.kinds import TRUST, StatementKind
from custom_components.sen1.protocol.trust.signed import Signed, Statement, sign, signed_in
from custom_components.sen1.protocol.trust.verify_journal import to_text

HOUSE = BareJid("home@server.org")
KEYS = Keys(bytes(range(32)), bytes(range(32, 64)))
BEGIN = 1_795_521_600.0
DAY = 86400.0
ROOT = to_text(bytes(range(32)))
SERIES = "0b9fd1b6-6f4c-4a3c-9d5e-2f1f6c2f4a10"


def journal(report: Report) -> None:
    """Print bytes and writes a day, of a home and of a cooperative."""
    for name, friends, most in (("home", 10, "<=50"), ("cooperative", 300, "<=1500")):
        with tempfile.TemporaryDirectory() as folder:
            _measure(report, f"trust.journal.{name}", Path(folder), friends, most)


def _measure(report: Report, name: str, folder: Path, count: int, most: str) -> None:
    friends = [BareJid(f"member{number}@coop.org") for number in range(count)]
    waits: list[int] = []
    real = os.fsync

    def counted(descriptor: int) -> None:
        waits.append(descriptor)
        real(descriptor)

    with patch.object(os, "fsync", counted):
        ledger = JournalFiles(folder, "one", lambda address: address.partition("@")[0])
        ledger.load()
        ledger.write([Entry(StatementKind.GRANT, BEGIN, jid, _grant(jid)) for jid in friends])
        for jid in friends:
            ledger.write(
                [Entry(StatementKind.GRANT_SEEN, BEGIN, jid, _grant_seen(jid), ours=False)]
            )
        ledger.close_day(KEYS, "2026-11-24", Totals(), BEGIN + DAY)
        report.add(f"{name}.begin", _size(folder) / 1000, "kB")
        report.add(f"{name}.begin.writes", len(waits), "count")
        size, waited = _size(folder), len(waits)
        begin = perf_counter()
        ledger.write([_day(jid, BEGIN + DAY, ours=True) for jid in friends])
        for jid in friends:
            ledger.write([_day(jid, BEGIN + DAY, ours=False)])
        said = perf_counter()
        ledger.close_day(KEYS, "2026-11-25", Totals(48 * count, 0), BEGIN + 2 * DAY)
        took = perf_counter() - said
    report.add(f"{name}.day", (_size(folder) - size) / 1000, "kB", most)
    report.add(f"{name}.day.writes", len(waits) - waited, "count", f"<={6 + 2 * count}")
    report.add(f"{name}.day.entered", (said - begin) / (count + 1) * 1e3, "ms")
    report.add(f"{name}.day.closed", took * 1e3, "ms")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _said(kind: StatementKind, jid: BareJid, payload: Element, at: float, *, ours: bool) -> Signed:
    sender, to = (HOUSE, jid) if ours else (jid, HOUSE)
    return signed_in(sign(KEYS, kind, Statement(sender, at, payload, to=to)))


def _grant(jid: BareJid) -> Signed:
    grant = Element("{urn:sen1:0}grant", publication=SERIES, state="active", purpose="display")
    grant.attrib |= {"node": f"urn:sen1:publication:0:{SERIES}", "retention": "P365D"}
    name = f"urn:uuid:{SERIES}_consumption/power/apparent/live"
    SubElement(grant, "{urn:sen1:0}publication", id=SERIES, title="Our meter", name=name)
    return _said(StatementKind.GRANT, jid, grant, BEGIN, ours=True)


def _grant_seen(jid: BareJid) -> Signed:
    seen = Element("{urn:sen1:0}grant-seen", publication=SERIES, state="active", purpose="display")
    return _said(StatementKind.GRANT_SEEN, jid, seen, BEGIN, ours=False)


def _day(jid: BareJid, at: float, *, ours: bool) -> Entry:
    day = Element(f"{{{TRUST}}}day", {"day": "2026-11-24", "entries": "412", "head": ROOT})
    day.attrib |= {"seen-entries": "398", "seen-head": ROOT}
    way = {"publication": SERIES, "way": "node", "count": "2880", "root": ROOT}
    if ours:
        stamps = {"first": "2026-11-24T00:00:00.000Z", "last": "2026-11-24T23:59:30.000Z"}
        SubElement(day, f"{{{TRUST}}}sent", way | stamps | {"salt": ROOT})
    else:
        SubElement(day, f"{{{TRUST}}}got", way | {"state": "equal"})
    signed = _said(StatementKind.DAY, jid, day, at, ours=ours)
    return Entry(StatementKind.DAY, at, jid, signed, ours)
