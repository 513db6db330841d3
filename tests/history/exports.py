"""Files as Enedis, GRDF and others write them, made from a load curve that is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
import io
from random import Random
import zipfile
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

type Curve = list[tuple[float, int]]
"""Beginnings of half-hours, and mean watts."""


def half_hours(first_day: str, last_day: str) -> Curve:
    """Return a load curve of whole local days, the last one included."""
    chance = Random(first_day)
    begin = datetime.fromisoformat(first_day).replace(tzinfo=PARIS)
    end = datetime.fromisoformat(last_day).replace(tzinfo=PARIS) + timedelta(days=1)
    times = range(int(begin.timestamp()), int(end.timestamp()), 1800)
    return [(time, chance.randrange(150, 9000)) for time in times]


def local(time: float) -> datetime:
    return datetime.fromtimestamp(time, PARIS)


def hdm(curve: Curve, *, step: str = "30", missing: Sequence[float] = ()) -> str:
    """Return the history of a load curve: the customer space's hours, and the HDM file."""
    lines = [
        "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
        "Grandeur metier;Etape metier;Unite;Pas en minutes",
        "00000000000000;Courbe de charge;01/01/2026;02/01/2026;Energie active;Consommation;"
        f"Comptage Brut;W;{step}",
        "Horodate;Valeur",
    ]
    for time, watts in curve:
        value = "" if time in missing else watts
        lines.append(f"{local(time + 1800).isoformat()};{value}")
    return "\ufeff" + "\n".join(lines) + "\n"


def powers_reached(curve: Curve) -> bytes:
    """Return the supplier's page of half-hour powers: newest first, local times, Latin-1."""
    lines = [
        "Récapitulatif de mes puissances atteintes en W",
        "",
        "Date et heure de relève par le distributeur;Puissance atteinte (W);Nature de la donnée",
    ]
    day = None
    for time, watts in reversed(curve):
        if local(time).date() != day:
            day = local(time).date()
            lines += ["", f"{day:%d/%m/%Y};;"]
        lines.append(f"{local(time + 1800):%H:%M:%S};{watts};Réelle")
    return ("\r\n".join(lines) + "\r\n").encode("latin-1")


def daily(curve: Curve, heading: str = "Date;Valeur (en kWh)") -> str:
    """Return the energies of days."""
    lines = ["Récapitulatif de ma consommation", "", heading]
    for day, watt_hours in days(curve).items():
        year, month, number = day.split("-")
        lines.append(f"{number}/{month}/{year};{watt_hours / 1000}".replace(".", ","))
    return "\n".join(lines)


def days(curve: Curve) -> dict[str, float]:
    """Return watt-hours by local day."""
    found: dict[str, float] = {}
    for time, watts in curve:
        day = local(time).date().isoformat()
        found[day] = found.get(day, 0) + watts / 2
    return found


def hours(curve: Curve) -> dict[float, float]:
    """Return watt-hours by hour, the straightforward way."""
    found: dict[float, float] = {}
    for time, watts in curve:
        hour = time - time % 3600
        found[hour] = found.get(hour, 0) + watts / 2
    return found


def r50(curve: Curve) -> str:
    points = "".join(
        f"<PDC><H>{local(time + 1800).isoformat()}</H><V>{watts}</V><IV>0</IV></PDC>"
        for time, watts in curve
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><R50><En_Tete_Flux>'
        "<Identifiant_Flux>R50</Identifiant_Flux><Pas_Publication>30</Pas_Publication>"
        "</En_Tete_Flux><PRM><Id_PRM>00000000000000</Id_PRM><Donnees_Releve>"
        f"<Date_Releve>2026-01-01</Date_Releve>{points}</Donnees_Releve></PRM></R50>"
    )


def zipped(files: dict[str, bytes]) -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return octets.getvalue()


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook(name: str, rows: Sequence[Sequence[str | float | None]]) -> bytes:
    """Return a spreadsheet of one sheet: texts shared, numbers plain, empty cells left out."""
    texts: list[str] = []
    lines = []
    for number, row in enumerate(rows, 1):
        cells = ""
        for column, value in enumerate(row):
            reference = f"{chr(ord('A') + column)}{number}"
            if isinstance(value, str):
                texts.append(value)
                cells += f'<c r="{reference}" t="s"><v>{len(texts) - 1}</v></c>'
            elif value is not None:
                cells += f'<c r="{reference}"><v>{value}</v></c>'
        lines.append(f'<row r="{number}">{cells}</row>')
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    files = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATIONS}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        '<Relationship Id="rId1" Type="sheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {MAIN}>{strings}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{''.join(lines)}</sheetData>"
        "</worksheet>",
    }
    return zipped({name: content.encode() for name, content in files.items()})


GAS_HEADING = (
    None,
    "Date de relevé",
    "Index début (m3)",
    "Index fin (m3)",
    "Volume consommé (m3)",
    "Energie consommée (kWh)",
    "Coefficient de conversion",
    "Température locale (°C)",
    "Nature",
)


def gas(days: Sequence[tuple[str, float | None]]) -> bytes:
    """Return the sheet of a gas meter's informative consumption: a line for each gas day."""
    rows: list[Sequence[str | float | None]] = [
        (None, "Données informatives"),
        (),
        GAS_HEADING,
    ]
    index = 1000.0
    for day, energy in days:
        used = (energy or 0) / 11.2
        rows.append((None, day, index, index + used, used, energy, 11.2, 12.5, "Mesuré"))
        index += used
    return workbook("Historique par jour", rows)
