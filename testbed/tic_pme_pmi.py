"""PME-PMI meters (Enedis-NOI-CPT_02E, table 10), and a real ACE6000, which spells otherwise.

The document writes EaP-1_s, EaP_s2 and é, a letter that seven bits do not have; it knows neither
ADS nor the states of the dynamic tariff. The document's producer has `_i` beside each `_s`.
"""

from collections.abc import Callable, Iterator

from testbed.contracts import Contract
from testbed.household import local
from testbed.registers import REACTIVE_SHARE, WATT_HOUR, LoadCurve, Registers, apparent
from testbed.tic_rows import Output, Row, encode_historic, fixed, never, varh

KWH = 1000 * WATT_HOUR
TGPHI = f"{REACTIVE_SHARE:.2f}".replace(".", ",")


def date_of(at: int) -> str:
    """Return a date as these meters write it, its space inside the data."""
    return f"{local(at):%d/%m/%y %H:%M:%S}"


def period_begin(r: Registers, months_back: int = 0) -> str:
    """Return when the accounting period began: the first of the month, at 2."""
    month = r.time.year * 12 + r.time.month - 1 - months_back
    first = r.time.replace(
        year=month // 12, month=month % 12 + 1, day=1, hour=2, minute=0, second=0
    )
    return f"{first:%d/%m/%y %H:%M:%S}"


def _notice(r: Registers) -> str | None:
    """Return PREAVIS: the load nears the subscribed power."""
    return "DEP" if r.withdrawn_va > 900 * r.subscribed_kva else None


def pme_pmi(contract: Contract, *, is_producer: bool, is_documented: bool) -> Output:
    """Return what such a meter says; its index is that of the period in force alone."""
    before = "EaP" if is_documented else "EAP"

    def ten_minutes(suffix: str, curve: Callable[[Registers], LoadCurve]) -> Iterator[Row]:
        """Yield the energies since the last ten minutes were full."""
        yield Row(f"EA_{suffix}", lambda r: f"{curve(r).energy // WATT_HOUR}Wh")
        yield Row(f"ER+_{suffix}", lambda r: f"{varh(curve(r).energy)}varh")
        yield fixed(f"ER-_{suffix}", "0varh")
        yield Row(f"EAPP_{suffix}", lambda r: f"{apparent(curve(r).energy // WATT_HOUR)}VAh")

    def point(number: int) -> Iterator[Row]:
        def date(r: Registers) -> str | None:
            points = r.withdrawn_means[10].points
            return date_of(points[number - 1][0]) if number <= len(points) else None

        def mean(suffix: str, curve: Callable[[Registers], LoadCurve]) -> Row:
            def value(r: Registers) -> str | None:
                points = curve(r).points
                return f"{points[number - 1][1] // 1000}kW" if number <= len(points) else None

            return Row(f"PA{number}_{suffix}", value)

        yield Row(f"DATEPA{number}", date)
        yield mean("s", lambda r: r.withdrawn_means[10])
        if is_producer:
            yield mean("i", lambda r: r.injected_means[10])

    def period(suffix: str, of: Callable[[Registers], int]) -> Iterator[Row]:
        yield Row(f"EAP_{suffix}", lambda r: f"{of(r) // KWH}kWh")
        yield Row(f"ER+P_{suffix}", lambda r: f"{varh(of(r)) // 1000}kvarh")
        yield fixed(f"ER-P_{suffix}", "0kvarh")

    def period_before(suffix: str) -> Iterator[Row]:
        yield fixed(f"{before}-1_{suffix}", "7954kWh" if suffix == "s" else "1954kWh")
        yield fixed(f"ER+P-1_{suffix}", "2614kvarh" if suffix == "s" else "642kvarh")
        yield fixed(f"ER-P-1_{suffix}", "0kvarh")

    def rows() -> Iterator[Row]:
        suffixes = ("s", "i") if is_producer else ("s",)
        if not is_documented:
            yield Row("ADS", lambda r: r.serial)
        yield fixed("MESURES1", contract.name)
        yield Row("DATE", lambda r: date_of(r.at))
        yield from ten_minutes("s", lambda r: r.withdrawn_means[10])
        if is_producer:
            yield from ten_minutes("i", lambda r: r.injected_means[10])
        yield Row("PTCOUR1", lambda r: r.period)
        yield fixed("TARIFDYN", "INACTIF")
        if not is_documented:
            yield fixed("ETATDYN1", "000")
        yield never("MODE")
        yield fixed("CONFIG", "PROD" if is_producer else "CONSO")
        for number in range(1, 7):
            yield from point(number)
        yield Row("DebP", period_begin)
        yield from period("s", lambda r: r.supplier[r.number])
        if is_producer:
            yield from period("i", lambda r: r.injection[r.number])
        yield Row("DebP-1", lambda r: period_begin(r, 1))
        yield Row("FinP-1", period_begin)
        for suffix in suffixes:
            yield from period_before(suffix)
        yield Row("PS", lambda r: f"{r.subscribed_kva}kVA")
        yield Row("PREAVIS", _notice)
        yield Row("PA1MN", lambda r: f"{_minute(r) // 1000}kW")
        yield Row("PMAX_s", lambda r: f"{r.maxima[0].today[0] // 1000}kVA")
        if is_producer:
            yield Row("PMAX_i", lambda r: f"{r.max_injected.today[0] // 1000}kVA")
        for suffix in suffixes:
            yield fixed(f"TGPHI_{suffix}", TGPHI)
        yield fixed("MESURES2", contract.name)
        yield Row("PTCOUR2", lambda r: r.period)
        if not is_documented:
            yield fixed("ETATDYN2", "000")
        yield Row("DebP_2", period_begin)
        yield Row(f"{before}_s2", lambda r: f"{r.supplier[r.number] // KWH}kWh")
        yield Row("DebP-1_2", lambda r: period_begin(r, 1))
        yield Row("FinP-1_2", period_begin)
        yield fixed(f"{before}-1_s2", "7954kWh")

    return Output(1200, encode_historic, tuple(rows()))


def _minute(r: Registers) -> int:
    points = r.withdrawn_means[1].points
    return points[0][1] if points else 0
