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
from ..points import Aggregation, Point
from .cells import number
from .documents import Element, elements
from .found import FileReading, Gathering, LeftOut, SeriesKey

DIRECTIONS = {"CONS": "consommation", "PROD": "production"}

CURVE_UNITS = {"W", "kW"}

type Document = Iterator[Element]


def read_flow(root: str, octets: bytes, zone: tzinfo, gathering: Gathering) -> None:
    """Gather the series of a flow, told by its outermost element; local times are of `zone`.

    Raises NotUnderstood and DangerousFile.
    """
    reader = FLOWS.get(root)
    if reader is None:
        raise NotUnderstood
    reader(elements(octets), zone, gathering)


def _read_r50(document: Document, _zone: tzinfo, gathering: Gathering) -> None:
    seconds = 1800.0
    last: dict[str, str] = {}
    points: list[Point] = []
    for name, _attributes, text in document:
        match name:
            case "Pas_Publication":
                seconds = (_number(text) or 30) * 60
            case "PDC":
                time = _moment(last.pop("H", ""))
                _take(points, time, -seconds, seconds, last.pop("V", ""), gathering)
            case "PRM":
                meter = last.get("Id_PRM", "")
                gathering.add(SeriesKey("W", Aggregation.MEAN, meter), points)
                points = []
                last.clear()
            case _:
                last[name] = text


def _read_r4(document: Document, _zone: tzinfo, gathering: Gathering) -> None:
    last: dict[str, str] = {}
    written: list[tuple[str, str]] = []
    for name, attributes, text in document:
        match name:
            case "Donnees_Point_Mesure":
                written.append(
                    (attributes.get("Horodatage", ""), attributes.get("Valeur_Point", ""))
                )
            case "Donnees_Courbe":
                unit = last.pop("Unite_Mesure", "")
                seconds = (_number(last.pop("Granularite", "")) or 10) * 60
                direction = DIRECTIONS.get(last.pop("Grandeur_Metier", ""), "")
                if last.pop("Grandeur_Physique", "") == "EA" and unit in CURVE_UNITS:
                    points: list[Point] = []
                    for time, value in written:
                        _take(points, _moment(time), 0, seconds, value, gathering)
                    meter = last.get("Identifiant_PRM", "")
                    gathering.add(SeriesKey(unit, Aggregation.MEAN, meter, direction), points)
                else:
                    gathering.left_out[LeftOut.OTHER] += len(written)
                written.clear()
            case _:
                last[name] = text


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
                    midnight = _moment(date, zone, timedelta(days=1))
                    _take_index(kind, midnight, values, gathering)
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
        _take_index(kind, _moment(time, zone), values, gathering)


FLOWS = {"R50": _read_r50, "Courbe": _read_r4, "R151": _read_r151, "R171": _read_r171}


def _take(
    points: list[Point],
    time: float | None,
    shift: float,
    seconds: float,
    written: str,
    gathering: Gathering,
) -> None:
    """Take a period that begins `shift` seconds after a time."""
    try:
        value = number(written)
    except ValueError:
        time = value = None
    if time is None:
        gathering.left_out[LeftOut.UNREADABLE] += 1
    elif value is None:
        gathering.left_out[LeftOut.EMPTY] += 1
    else:
        points.append(Point(time + shift, seconds, value))


def _take_index(
    kind: SeriesKey, time: float | None, written: dict[str, str], gathering: Gathering
) -> None:
    """Take what the registers of an index showed."""
    values = [_number(value) for value in written.values()]
    known = [value for value in values if value is not None]
    if time is None or not values or len(known) < len(values):
        gathering.left_out[LeftOut.UNREADABLE] += 1
    elif kind.unit not in ("Wh", "kWh"):
        gathering.left_out[LeftOut.OTHER] += 1
    else:
        gathering.add_reading(kind, time, FileReading(sum(known), " ".join(sorted(written))))


def _number(written: str) -> float | None:
    try:
        return number(written)
    except ValueError:
        return None


def _moment(
    written: str, zone: tzinfo | None = None, later: timedelta = timedelta()
) -> float | None:
    """Return a Unix time, `later` by the calendar; None: unreadable, or without its offset."""
    try:
        time = datetime.fromisoformat(written) + later
        if time.tzinfo is None and zone is None:
            return None
        return (time if time.tzinfo else time.replace(tzinfo=zone)).timestamp()
    except ValueError, OverflowError:
        return None
