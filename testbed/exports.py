"""Files as Enedis, GRDF and others write them, made from a load curve that is known."""

from collections.abc import Sequence
from datetime import datetime, timedelta
import io
from random import Random
import zipfile
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

type Curve = Sequence[tuple[float, float]]
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


def hdm(
    curve: Curve,
    *,
    step: str = "30",
    missing: Sequence[float] = (),
    direction: str = "Consommation",
) -> str:
    """Return the history of a load curve: the customer space's hours, and the HDM file."""
    first, after = local(curve[0][0]), local(curve[-1][0] + 1800)
    lines = [
        "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
        "Grandeur metier;Etape metier;Unite;Pas en minutes",
        f"00000000000000;Courbe de charge;{first:%d/%m/%Y};{after:%d/%m/%Y};Energie active;"
        f"{direction};Comptage Brut;W;{step}",
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


type Cells = Sequence[Sequence[str | float | None]]


def workbook(name: str, rows: Cells, **others: Cells) -> bytes:
    """Return a spreadsheet: texts shared, numbers plain, empty cells left out.

    `others` are more sheets, called with spaces for underscores.
    """
    return zipped(workbook_parts(name, rows, **others))


def workbook_parts(name: str, rows: Cells, **others: Cells) -> dict[str, bytes]:
    """Return the files of a spreadsheet, before they are packed."""
    texts: list[str] = []
    sheets = {name: rows} | {other.replace("_", " "): cells for other, cells in others.items()}
    listed = "".join(
        f'<sheet name="{sheet}" sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="sheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    written = {
        f"xl/worksheets/sheet{number}.xml": f"<worksheet {MAIN}><sheetData>"
        f"{_sheet_lines(cells, texts)}</sheetData></worksheet>"
        for number, cells in enumerate(sheets.values(), 1)
    }
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    files = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATIONS}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        "xl/sharedStrings.xml": f"<sst {MAIN}>{strings}</sst>",
        **written,
    }
    return {name: content.encode() for name, content in files.items()}


def _sheet_lines(rows: Cells, texts: list[str]) -> str:
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
    return "".join(lines)


def excel(time: float) -> float:
    """Return a local time as a spreadsheet keeps it: days since 30 December 1899."""
    wall = local(time).replace(tzinfo=None)
    return (wall - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - as sheets have it


def by_hour(
    curve: Curve, *, as_numbers: bool = False, unit: str = "kW"
) -> list[Sequence[str | float | None]]:
    """Return the cells of Enedis's export by hour: begin, end and mean power, in local time."""

    def written(time: float) -> str | float:
        return excel(time) if as_numbers else f"{local(time):%d/%m/%Y %H:%M:%S}"

    heading: Sequence[str | float | None] = ("Début", "Fin", f"Valeur (en {unit})")
    return [
        heading,
        *((written(time), written(time + 1800), watts / 1000) for time, watts in curve),
    ]


def as_csv(rows: Cells, delimiter: str = ";") -> str:
    """Return cells as a spreadsheet saves them: with decimal commas."""
    lines = (["" if cell is None else str(cell).replace(".", ",") for cell in row] for row in rows)
    return "\r\n".join(delimiter.join(line) for line in lines) + "\r\n"


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


def gas(days: Sequence[tuple[str, float | None]], sheet: str = "Historique par jour") -> bytes:
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
    return workbook(sheet, rows)


def gas_periods(
    periods: Sequence[tuple[str, float | None]], sheet: str = "Historique par mois"
) -> bytes:
    """Return the sheet of a gas meter's weeks or months, as `Du 02/02/2026 au 08/02/2026`."""
    rows: list[Sequence[str | float | None]] = [
        (None, "Données informatives"),
        (None, "Période", "Volume consommé (m3)", "Energie consommée (kWh)"),
        *((None, period, (energy or 0) / 11.2, energy) for period, energy in periods),
    ]
    return workbook(sheet, rows)


R63_HEADING = (
    "Identifiant PRM;Date de debut;Date de fin;Grandeur physique;Grandeur metier;Etape metier;"
    "Unite;Horodate;Valeur;Nature;Pas;Indice de vraisemblance;Etat complementaire"
)


def r63(
    curves: dict[str, Curve],
    heading: str = R63_HEADING,
    *,
    meter: str = "00000000000000",
    quantity: str = "EA",
    unit: str = "W",
) -> str:
    """Return a flat table: what is asked for stands in each line; curves by their direction."""
    lines = [heading]
    for direction, curve in curves.items():
        first, after = local(curve[0][0]).date(), local(curve[-1][0] + 1800).date()
        lines += [
            f"{meter};{first};{after};{quantity};{direction};BRUT;{unit};"
            f"{local(time + 1800).isoformat()};{watts};R;PT30M;0;"
            for time, watts in curve
        ]
    return "\ufeff" + "\n".join(lines) + "\n"


def above_36_kva(curve: Curve, unit: str = "", quantity: str = "Energie active") -> str:
    """Return the history of a curve above 36 kVA: no unit, no step, beginnings as stamps."""
    first, after = local(curve[0][0]), local(curve[-1][0] + 1800)
    lines = [
        "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
        "Grandeur metier;Etape metier;Unite;Pas en minutes",
        f"00000000000000;Courbe de charge;{first:%d/%m/%Y};{after:%d/%m/%Y};{quantity};"
        f"Consommation;Comptage Brut;{unit};",
        "Horodate;Valeur",
        *(f"{local(time).isoformat()};{watts}" for time, watts in curve),
    ]
    return "\n".join(lines) + "\n"


def r4q(curve: Curve, quantity: str = "EA", direction: str = "CONS") -> str:
    """Return the daily push of a curve above 36 kVA, in kW, stamped at beginnings."""
    points = "".join(
        f'<Donnees_Point_Mesure Horodatage ="{local(time).isoformat()}" '
        f'Valeur_Point ="{watts / 1000}" Statut_Point ="R"></Donnees_Point_Mesure>\n'
        for time, watts in curve
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Courbe><Entete><Identifiant_Flux>R4x'
        "</Identifiant_Flux><Frequence_Publication>Q</Frequence_Publication></Entete>\n"
        "<Corps><Identifiant_PRM>00000000000000</Identifiant_PRM><Donnees_Courbe>"
        "<Granularite>30</Granularite><Unite_Mesure>kW</Unite_Mesure>"
        f"<Grandeur_Metier>{direction}</Grandeur_Metier>"
        f"<Grandeur_Physique>{quantity}</Grandeur_Physique>\n"
        f"{points}</Donnees_Courbe></Corps></Courbe>"
    )


def r151(day: str, registers: dict[str, int]) -> str:
    """Return the daily push of indexes, read at the end of a day."""

    def classes(name: str) -> str:
        return "".join(
            f"<{name}><Id_Classe_Temporelle>{register}</Id_Classe_Temporelle>"
            f"<Valeur>{value}</Valeur></{name}>"
            for register, value in registers.items()
        )

    return (
        '<?xml version="1.0" encoding="UTF-8"?><R151><En_Tete_Flux>'
        "<Unite_Mesure_Index>Wh</Unite_Mesure_Index></En_Tete_Flux>"
        f"<PRM><Id_PRM>00000000000000</Id_PRM><Donnees_Releve><Date_Releve>{day}</Date_Releve>"
        f"{classes('Classe_Temporelle_Distributeur')}{classes('Classe_Temporelle')}"
        "<Puissance_Maximale><Valeur>3817</Valeur></Puissance_Maximale>"
        "</Donnees_Releve></PRM></R151>"
    )


def r171(time: str, registers: dict[str, int]) -> str:
    """Return the push of indexes above 36 kVA, at a local time."""
    series = "".join(
        f"<serieMesuresDatees><prmId>00000000000000</prmId><type>INDEX</type>"
        f"<grandeurMetier>CONS</grandeurMetier><grandeurPhysique>{quantity}</grandeurPhysique>"
        f"<typeCalendrier>D</typeCalendrier><codeClasseTemporelle>{register}"
        f"</codeClasseTemporelle><unite>{unit}</unite><mesuresDateesListe><mesureDatee>"
        f"<dateFin>{time}</dateFin><valeur>{value}</valeur></mesureDatee></mesuresDateesListe>"
        "</serieMesuresDatees>"
        for quantity, unit in (("EA", "Wh"), ("PMA", "VA"))
        for register, value in registers.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<ns2:R171 xmlns:ns2="http://www.enedis.fr/stm/R171"><entete><flux>R171</flux></entete>'
        f"<serieMesuresDateesListe>{series}</serieMesuresDateesListe></ns2:R171>"
    )
