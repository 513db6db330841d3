"""What Enedis sends by itself, day by day, to those who subscribed: XML flows.

| flow | of whom | what | stamps |
| --- | --- | --- | --- |
| R50 | up to 36 kVA (C5) | half-hours | the END of each |
| R4Q, R4H, R4M | above (C1 to C4) | ten minutes | the beginning of each |
| R151 | up to 36 kVA | indexes of a day | the date, at whose END they were read |
| R171 | above | indexes | local times, without an offset |

An index is the sum of the distributor's registers: those of suppliers count the same again.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from ..errors import NotUnderstood
from ..points import Aggregation
from .cells import number
from .documents import Element, elements
from .found import FileReading, Gathering, LeftOut, SeriesKey
from .green_button import lines_of
from .table import read_table

DIRECTIONS = {"CONS": "consommation", "PROD": "production"}

TOLD = ("identifiant prm", "unite", "pas")
"""Columns that a curve's lines begin with."""

type Document = Iterator[Element]


def read_flow(root: str, octets: bytes, zone: tzinfo, gathering: Gathering) -> None:
    """Gather the series of a flow, told by its outermost element; local times are of `zone`.

    Raises NotUnderstood and DangerousFile.
    """
    if lines := CURVES.get(root):
        read_table(lines(elements(octets)), zone, gathering)
    elif reader := INDEXES.get(root):
        reader(elements(octets), zone, gathering)
    else:
        raise NotUnderstood


def _r50_lines(document: Document) -> Iterator[list[str]]:
    yield [*TOLD, "horodate", "valeur"]
    last: dict[str, str] = {}
    for name, _attributes, text in document:
        last[name] = text
        if name == "PDC":
            meter, step = last.get("Id_PRM", ""), last.get("Pas_Publication", "30")
            yield [meter, "W", step, _zoned(last.pop("H", "")), last.pop("V", "")]


def _r4_lines(document: Document) -> Iterator[list[str]]:
    yield [*TOLD, "grandeur physique", "grandeur metier", "begin", "valeur"]
    last: dict[str, str] = {}
    written: list[list[str]] = []
    for name, attributes, text in document:
        match name:
            case "Donnees_Point_Mesure":
                time = _zoned(attributes.get("Horodatage", ""))
                written.append([time, attributes.get("Valeur_Point", "")])
            case "Donnees_Courbe":
                meter, step = last.get("Identifiant_PRM", ""), last.pop("Granularite", "10")
                parts = ("Unite_Mesure", "Grandeur_Physique", "Grandeur_Metier")
                unit, *told = [last.pop(part, "") for part in parts]
                yield from ([meter, unit, step, *told, *point] for point in written)
                written.clear()
            case _:
                last[name] = text


def _zoned(time: str) -> str:
    """Return a time with an offset; one without is of no zone that is known."""
    return time if "+" in time or time.rfind("-") > len("2026-10-") or time[-1:] == "Z" else "?"


def _read_r151(document: Document, zone: tzinfo, gathering: Gathering) -> None:
    last: dict[str, str] = {}
    registers: dict[str, str] = {}
    read: list[tuple[str, dict[str, str]]] = []
    for name, _attributes, text in document:
        match name:
            case "Classe_Temporelle_Distributeur":
                registers[last.pop("Id_Classe_Temporelle", "")] = last.pop("Valeur", "")
            case "Classe_Temporelle" | "Puissance_Maximale":
                gathering.left_out[LeftOut.OTHER] += 1
            case "Donnees_Releve":
                read.append((last.pop("Date_Releve", ""), registers))
                registers = {}
            case "PRM":
                meter = last.get("Id_PRM", "")
                kind = SeriesKey(last.get("Unite_Mesure_Index", "Wh"), Aggregation.SUM, meter)
                for date, values in read:
                    _take_index(kind, date, timedelta(days=1), zone, values, gathering)
                read.clear()
            case _:
                last[name] = text


def _read_r171(document: Document, zone: tzinfo, gathering: Gathering) -> None:
    last: dict[str, str] = {}
    written: list[tuple[str, str]] = []
    read: dict[tuple[SeriesKey, str], dict[str, str]] = {}
    for name, _attributes, text in document:
        match name:
            case "mesureDatee":
                written.append((last.pop("dateFin", ""), last.pop("valeur", "")))
            case "serieMesuresDatees":
                is_energy = last.get("grandeurPhysique") == "EA" and last.get("type") == "INDEX"
                if is_energy and last.get("typeCalendrier") == "D":
                    direction = DIRECTIONS.get(last.get("grandeurMetier", ""), "")
                    unit, meter = last.get("unite", ""), last.get("prmId", "")
                    kind = SeriesKey(unit, Aggregation.SUM, meter, direction)
                    register = last.get("codeClasseTemporelle", "")
                    for time, value in written:
                        read.setdefault((kind, time), {})[register] = value
                else:
                    gathering.left_out[LeftOut.OTHER] += len(written)
                written.clear()
                last.clear()
            case _:
                last[name] = text
    for (kind, time), values in read.items():
        _take_index(kind, time, timedelta(), zone, values, gathering)


def _take_index(
    kind: SeriesKey,
    written: str,
    later: timedelta,
    zone: tzinfo,
    registers: dict[str, str],
    gathering: Gathering,
) -> None:
    """Take what the registers of an index showed at a time, or `later` by the calendar."""
    try:
        time = datetime.fromisoformat(written) + later
        at = (time if time.tzinfo else time.replace(tzinfo=zone)).timestamp()
        known = [shown for value in registers.values() if (shown := number(value)) is not None]
    except ValueError, OverflowError:
        known = []
    if not known or len(known) < len(registers):
        gathering.left_out[LeftOut.UNREADABLE] += 1
    elif kind.unit not in ("Wh", "kWh"):
        gathering.left_out[LeftOut.OTHER] += 1
    else:
        gathering.add_reading(kind, at, FileReading(sum(known), " ".join(sorted(registers))))


CURVES = {"R50": _r50_lines, "Courbe": _r4_lines, "feed": lines_of}
INDEXES = {"R151": _read_r151, "R171": _read_r171}
