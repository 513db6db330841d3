"""What each kind of meter sends, group by group, in the order of the Enedis tables.

Sources: Enedis-NOI-CPT_54E (Linky), Enedis-NOI-CPT_02E and a real ACE6000 (PME-PMI).
Addresses and delivery points are fictive: no manufacturer is number 99.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from testbed.household import local
from testbed.registers import (
    BASE,
    OFF_PEAK,
    REACTIVE_SHARE,
    SCHOOL,
    TEMPO,
    Registers,
    Tariff,
    apparent,
    tempo_colour,
)

SUBSCRIBED_KVA = 6
SUBSCRIBED_A = 30
SCHOOL_KVA = 42
OFF_PEAK_NAMES = {"HC..": "HEURE CREUSE    ", "HP..": "HEURE PLEINE    "}

type Text = Callable[[Registers], str]


class Kind(StrEnum):
    """The meters that can be simulated, all single-phase but the last."""

    HISTORIC_BASE = "historic_base"
    HISTORIC_HC = "historic_hc"
    HISTORIC_TEMPO = "historic_tempo"
    STANDARD_HC = "standard_hc"
    STANDARD_PRODUCER = "standard_producer"
    PME_PMI = "pme_pmi"


@dataclass(frozen=True, slots=True)
class Row:
    """A group of a frame."""

    label: str
    value: Callable[[Registers], str | None]
    """None: the meter leaves the group out for now."""
    horodate: Text | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """How a kind of meter speaks, and what it says."""

    baud: int
    encode: Callable[[str, str, str | None], bytes]
    tariff: Tariff
    rows: tuple[Row, ...]


def encode_historic(label: str, value: str, horodate: str | None = None) -> bytes:
    """Return the bytes of a group: its checksum leaves out the space before it."""
    covered = f"{label} {value}".encode("ascii")
    return b"\n%b %c\r" % (covered, (sum(covered) & 0x3F) + 0x20)


def encode_standard(label: str, value: str, horodate: str | None = None) -> bytes:
    """Return the bytes of a group: its checksum covers the tab before it."""
    fields = [label, value] if horodate is None else [label, horodate, value]
    covered = "".join(f"{text}\t" for text in fields).encode("ascii")
    return b"\n%b%c\r" % (covered, (sum(covered) & 0x3F) + 0x20)


def horodate(at: int) -> str:
    """Return season and legal time, SAAMMJJhhmmss."""
    day = local(at)
    return f"{'E' if day.dst() else 'H'}{day:%y%m%d%H%M%S}"


def _fixed(label: str, value: str) -> Row:
    return Row(label, lambda r: value)


def _index(label: str, period: str) -> Row:
    return Row(label, lambda r: f"{r.index_wh(period):09}")


def _historic(contract: str, tariff: Tariff, labels: tuple[str, ...]) -> Output:
    def overload(r: Registers) -> str | None:
        return f"{r.amperes:03}" if r.watts > 0 and r.amperes > SUBSCRIBED_A else None

    def tomorrow(r: Registers) -> str:
        # The colour of tomorrow is known from 11 o'clock until the Tempo day ends.
        if 6 <= r.time.hour < 11:
            return "----"
        next_day = local(r.at + 24 * 3600 * 1_000_000)
        return {"B": "BLEU", "W": "BLAN", "R": "ROUG"}[tempo_colour(next_day)]

    return Output(
        1200,
        encode_historic,
        tariff,
        (
            _fixed("ADCO", "991976000101"),
            _fixed("OPTARIF", contract),
            _fixed("ISOUSC", str(SUBSCRIBED_A)),
            *(_index(*names) for names in zip(labels, tariff.periods, strict=True)),
            Row("PTEC", lambda r: r.period),
            *([Row("DEMAIN", tomorrow)] if tariff is TEMPO else []),
            Row("IINST", lambda r: f"{r.amperes if r.watts > 0 else 0:03}"),
            Row("ADPS", overload),
            _fixed("IMAX", "090"),
            Row("PAPP", lambda r: f"{round(r.withdrawn_va, -1):05}"),
            _fixed("HHPHC", "A"),
            _fixed("MOTDETAT", "000000"),
        ),
    )


def _maximum(label: str, of: Callable[[Registers], tuple[int, int]]) -> Row:
    return Row(label, lambda r: f"{of(r)[0]:05}", lambda r: horodate(of(r)[1]))


def _curve(label: str, of: Callable[[Registers], tuple[int, int]]) -> Row:
    return Row(label, lambda r: f"{of(r)[1]:05}", lambda r: horodate(of(r)[0]))


def _reactive_varh(wh: int) -> str:
    return f"{int(wh * REACTIVE_SHARE):09}"


def _status(r: Registers, *, producer: bool) -> str:
    # Linky in standard mode, Euridis and PLC in service; the dry contact closes off-peak.
    status = 0x003A0000
    status |= 1 if r.index_number != 1 else 0
    status |= producer << 8 | (r.watts < 0) << 9
    status |= (r.index_number - 1) << 10 | (r.index_number - 1) << 14
    return f"{status:08X}"


def _mean_volts(r: Registers) -> str:
    end = r.withdrawn_means[10].points[0][0]
    return f"{228 + int(8 * r.household.chance('mean voltage', end)):03}"


def _standard(*, producer: bool) -> Output:
    def rows() -> Iterator[Row]:
        yield _fixed("ADSC", "991976000303" if producer else "991976000202")
        yield _fixed("VTIC", "02")
        yield Row("DATE", lambda r: "", lambda r: horodate(r.at))
        yield _fixed("NGTF", "H PLEINE/CREUSE ")
        yield Row(
            "LTARF", lambda r: "HEURE CREUSE    HEURE PLEINE    "[16 * r.index_number - 16 :][:16]
        )
        yield Row("EAST", lambda r: f"{r.total_wh:09}")
        yield from (_index(f"EASF{i:02}", period) for i, period in enumerate(OFF_PEAK.periods, 1))
        yield from (_fixed(f"EASF{i:02}", "0" * 9) for i in range(3, 11))
        yield from (_index(f"EASD{i:02}", period) for i, period in enumerate(OFF_PEAK.periods, 1))
        yield from (_fixed(f"EASD{i:02}", "0" * 9) for i in range(3, 5))
        if producer:
            yield Row("EAIT", lambda r: f"{r.injected_wh:09}")
            yield Row("ERQ1", lambda r: _reactive_varh(r.total_wh))
            yield Row("ERQ2", lambda r: _reactive_varh(r.injected_wh))
            yield _fixed("ERQ3", "000000000")
            yield _fixed("ERQ4", "000000000")
        yield Row("IRMS1", lambda r: f"{r.amperes:03}")
        yield Row("URMS1", lambda r: f"{r.volts:03}")
        yield _fixed("PREF", f"{SUBSCRIBED_KVA:02}")
        yield _fixed("PCOUP", f"{SUBSCRIBED_KVA:02}")
        yield Row("SINSTS", lambda r: f"{r.withdrawn_va:05}")
        yield _maximum("SMAXSN", lambda r: r.max_withdrawn.today)
        yield _maximum("SMAXSN-1", lambda r: r.max_withdrawn.yesterday)
        if producer:
            yield Row("SINSTI", lambda r: f"{r.injected_va:05}")
            yield _maximum("SMAXIN", lambda r: r.max_injected.today)
            yield _maximum("SMAXIN-1", lambda r: r.max_injected.yesterday)
        yield _curve("CCASN", lambda r: r.withdrawn_means[30].points[0])
        yield _curve("CCASN-1", lambda r: r.withdrawn_means[30].points[1])
        if producer:
            yield _curve("CCAIN", lambda r: r.injected_means.points[0])
            yield _curve("CCAIN-1", lambda r: r.injected_means.points[1])
        yield Row("UMOY1", _mean_volts, lambda r: horodate(r.withdrawn_means[10].points[0][0]))
        yield Row("STGE", lambda r: _status(r, producer=producer))
        yield _fixed("MSG1", "PAS DE          MESSAGE         ")
        yield _fixed("PRM", "99000000000303" if producer else "99000000000202")
        yield Row("RELAIS", lambda r: "001" if r.index_number == 1 else "000")
        yield Row("NTARF", lambda r: f"{r.index_number:02}")
        yield _fixed("NJOURF", "00")
        yield _fixed("NJOURF+1", "00")
        # Off-peak (index 1, contact closed) until 6:30 and from 22:30, full rate between.
        profile = ["0000C001", "06308002", "2230C001"]
        yield _fixed("PJOURF+1", " ".join(profile + ["NONUTILE"] * (11 - len(profile))))

    return Output(9600, encode_standard, OFF_PEAK, tuple(rows()))


def _pme_pmi() -> Output:
    def date_of(at: int) -> str:
        return f"{local(at):%d/%m/%y %H:%M:%S}"

    def period_begin(r: Registers, months_back: int = 0) -> str:
        month = r.time.year * 12 + r.time.month - 1 - months_back
        first = r.time.replace(
            year=month // 12, month=month % 12 + 1, day=1, hour=2, minute=0, second=0
        )
        return f"{first:%d/%m/%y %H:%M:%S}"

    def ten_minutes_wh(r: Registers) -> int:
        return r.withdrawn_means[10].energy // (3600 * 1_000_000)

    def point(number: int) -> tuple[Row, Row]:
        return (
            Row(f"DATEPA{number}", lambda r: date_of(r.withdrawn_means[10].points[number - 1][0])),
            Row(
                f"PA{number}_s",
                lambda r: f"{r.withdrawn_means[10].points[number - 1][1] // 1000}kW",
            ),
        )

    def kwh(r: Registers) -> int:
        return r.index_wh(r.period) // 1000

    def rows() -> Iterator[Row]:
        yield _fixed("ADS", "991976000404")
        yield _fixed("MESURES1", "BT 4 SUP36")
        yield Row("DATE", lambda r: date_of(r.at))
        yield Row("EA_s", lambda r: f"{ten_minutes_wh(r)}Wh")
        yield Row("ER+_s", lambda r: f"{int(ten_minutes_wh(r) * REACTIVE_SHARE)}varh")
        yield _fixed("ER-_s", "0varh")
        yield Row("EAPP_s", lambda r: f"{apparent(ten_minutes_wh(r))}VAh")
        yield Row("PTCOUR1", lambda r: r.period)
        yield _fixed("TARIFDYN", "INACTIF")
        yield _fixed("ETATDYN1", "000")
        yield _fixed("CONFIG", "CONSO")
        for number in range(1, 7):
            yield from point(number)
        yield Row("DebP", period_begin)
        yield Row("EAP_s", lambda r: f"{kwh(r)}kWh")
        yield Row("ER+P_s", lambda r: f"{int(kwh(r) * REACTIVE_SHARE)}kvarh")
        yield _fixed("ER-P_s", "0kvarh")
        yield Row("DebP-1", lambda r: period_begin(r, 1))
        yield Row("FinP-1", period_begin)
        yield _fixed("EAP-1_s", "7954kWh")
        yield _fixed("ER+P-1_s", "2614kvarh")
        yield _fixed("ER-P-1_s", "0kvarh")
        yield _fixed("PS", f"{SCHOOL_KVA}kVA")
        yield Row("PA1MN", lambda r: f"{r.withdrawn_means[1].points[0][1] // 1000}kW")
        yield Row("PMAX_s", lambda r: f"{r.max_withdrawn.today[0] // 1000}kVA")
        yield _fixed("TGPHI_s", f"{REACTIVE_SHARE:.2f}".replace(".", ","))
        yield _fixed("MESURES2", "BT 4 SUP36")
        yield Row("PTCOUR2", lambda r: r.period)
        yield _fixed("ETATDYN2", "000")
        yield Row("DebP_2", period_begin)
        yield Row("EAP_s2", lambda r: f"{kwh(r)}kWh")
        yield Row("DebP-1_2", lambda r: period_begin(r, 1))
        yield Row("FinP-1_2", period_begin)
        yield _fixed("EAP-1_s2", "7954kWh")

    return Output(1200, encode_historic, SCHOOL, tuple(rows()))


OUTPUTS: dict[Kind, Output] = {
    Kind.HISTORIC_BASE: _historic("BASE", BASE, ("BASE",)),
    Kind.HISTORIC_HC: _historic("HC..", OFF_PEAK, ("HCHC", "HCHP")),
    Kind.HISTORIC_TEMPO: _historic("BBR(", TEMPO, tuple(f"BBR{p}" for p in TEMPO.periods)),
    Kind.STANDARD_HC: _standard(producer=False),
    Kind.STANDARD_PRODUCER: _standard(producer=True),
    Kind.PME_PMI: _pme_pmi(),
}
