"""The standard mode (Enedis-NOI-CPT_54E, section 6.2), groups in the order of its table."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from testbed.contracts import EJP, TEMPO, Contract, tempo_colour
from testbed.household import local
from testbed.registers import WATT_HOUR, LoadCurve, Maximum, Registers, distributor_period
from testbed.tic_rows import Output, Row, dated, each, encode_standard, fixed, horodate, never, varh

IN_SERVICE = 0x003A0000
"""STGE of a Linky in standard mode, its Euridis bus and PLC in service."""
COLOURS = ".BWR"


def _energy(label: str, of: Callable[[Registers], int]) -> Row:
    return Row(label, lambda r: f"{of(r) // WATT_HOUR:09}")


def _maximum(label: str, of: Callable[[Registers], Maximum], day: str) -> Row:
    def point(r: Registers) -> tuple[int, int] | None:
        va, at = getattr(of(r), day)
        return (va, at) if at else None

    return dated(label, point, "05")


def _maxima(phases: int, suffix: str, day: str) -> Iterator[Row]:
    yield _maximum(f"SMAXSN{suffix}", lambda r: r.maxima[0], day)
    if phases > 1:
        yield from each(
            phases,
            lambda phase: _maximum(f"SMAXSN{phase}{suffix}", lambda r: r.maxima[phase], day),
        )


def _curve(label: str, of: Callable[[Registers], LoadCurve], number: int) -> Row:
    def point(r: Registers) -> tuple[int, int] | None:
        points = of(r).points
        return points[number][::-1] if number < len(points) else None

    return dated(label, point, "05")


def _mean_voltage(phase: int) -> Row:
    def point(r: Registers) -> tuple[int, int] | None:
        points = r.withdrawn_means[10].points
        return (r.mean_volts(phase, points[0][0]), points[0][0]) if points else None

    return dated(f"UMOY{phase}", point, "03")


def _mobile_peak(label: str, number: int) -> Row:
    def at(r: Registers) -> str:
        peak = r.peaks[number - 1]
        # No season: Linky leaves a space there.
        return " " + horodate(peak.begin if label == "DPM" else peak.end)[1:]

    return Row(f"{label}{number}", lambda r: "00" if len(r.peaks) >= number else None, at)


def _peak_profile(contract: Contract) -> Callable[[Registers], str | None]:
    def profile(r: Registers) -> str | None:
        if not r.peaks:
            return None
        peak = r.peaks[0]
        if contract is EJP:
            return contract.profile(local(peak.begin).date())
        at = [local(peak.begin), local(peak.end)]
        blocks = [f"{one:%H%M}{0x8001 + contract.in_force(one):04X}" for one in at]
        return " ".join(blocks + ["NONUTILE"] * 9)

    return profile


def status(r: Registers, *, is_producer: bool) -> int:
    """Return STGE as a number, bit 0 its lowest."""
    bits = IN_SERVICE | r.status
    bits |= not r.contract.periods[r.number].is_off_peak
    bits |= r.is_overloaded << 7 | is_producer << 8 | (is_producer and r.watts < 0) << 9
    bits |= r.number << 10 | distributor_period(r.time) << 14
    bits |= r.is_clock_degraded << 16
    if r.contract is TEMPO:
        bits |= COLOURS.index(tempo_colour(r.time)) << 24
        # As in historic mode: known from 11 o'clock until the Tempo day ends.
        if not 6 <= r.time.hour < 11:
            bits |= COLOURS.index(tempo_colour(r.time + timedelta(days=1))) << 26
    for number, peak in enumerate(r.peaks[:3], 1):
        if peak.begin <= r.at:
            bits |= number << 30
        elif not bits >> 28 & 3:
            bits |= number << 28
    return bits


def standard(contract: Contract, phases: int, *, is_producer: bool) -> Output:
    """Return what a Linky says in standard mode."""

    def rows() -> Iterator[Row]:
        yield Row("ADSC", lambda r: r.serial)
        yield fixed("VTIC", "02")
        yield Row("DATE", lambda r: "", lambda r: horodate(r.at, degraded=r.is_clock_degraded))
        yield fixed("NGTF", contract.name)
        yield Row("LTARF", lambda r: contract.periods[contract.in_force(r.time)].name)
        yield _energy("EAST", lambda r: sum(r.supplier))
        for number in range(10):
            yield _supplier(number)
        for number in range(4):
            yield _distributor(number)
        if is_producer:
            yield _energy("EAIT", lambda r: r.injected)
            yield Row("ERQ1", lambda r: f"{varh(sum(r.supplier)):09}")
            yield Row("ERQ2", lambda r: f"{varh(r.injected):09}")
            yield fixed("ERQ3", "000000000")
            yield fixed("ERQ4", "000000000")
        yield from each(
            phases, lambda phase: Row(f"IRMS{phase}", lambda r: f"{r.amperes(phase):03}")
        )
        yield from each(phases, lambda phase: Row(f"URMS{phase}", lambda r: f"{r.volts(phase):03}"))
        yield Row("PREF", lambda r: f"{r.subscribed_kva:02}")
        yield Row("PCOUP", lambda r: f"{r.subscribed_kva:02}")
        yield Row("SINSTS", lambda r: f"{r.withdrawn_va:05}")
        if phases > 1:
            yield from each(
                phases, lambda phase: Row(f"SINSTS{phase}", lambda r: f"{r.phase_va(phase):05}")
            )
        yield from _maxima(phases, "", "today")
        yield from _maxima(phases, "-1", "yesterday")
        if is_producer:
            yield Row("SINSTI", lambda r: f"{r.injected_va:05}")
            yield _maximum("SMAXIN", lambda r: r.max_injected, "today")
            yield _maximum("SMAXIN-1", lambda r: r.max_injected, "yesterday")
        yield _curve("CCASN", lambda r: r.withdrawn_means[30], 0)
        yield _curve("CCASN-1", lambda r: r.withdrawn_means[30], 1)
        if is_producer:
            yield _curve("CCAIN", lambda r: r.injected_means[30], 0)
            yield _curve("CCAIN-1", lambda r: r.injected_means[30], 1)
        yield from each(phases, _mean_voltage)
        yield Row("STGE", lambda r: f"{status(r, is_producer=is_producer):08X}")
        for number in (1, 2, 3):
            yield _mobile_peak("DPM", number)
            yield _mobile_peak("FPM", number)
        yield Row("MSG1", lambda r: r.message)
        yield never("MSG2")
        yield Row("PRM", lambda r: f"99000000{r.serial[-6:]}")
        yield Row(
            "RELAIS", lambda r: f"{contract.periods[contract.in_force(r.time)].is_off_peak:03}"
        )
        yield Row("NTARF", lambda r: f"{contract.in_force(r.time) + 1:02}")
        yield fixed("NJOURF", "00")
        yield fixed("NJOURF+1", "00")
        yield Row("PJOURF+1", lambda r: contract.profile((r.time + timedelta(days=1)).date()))
        yield Row("PPOINTE", _peak_profile(contract))

    return Output(9600, encode_standard, tuple(rows()))


def _supplier(number: int) -> Row:
    return _energy(f"EASF{number + 1:02}", lambda r: r.supplier[number])


def _distributor(number: int) -> Row:
    return _energy(f"EASD{number + 1:02}", lambda r: r.distributor[number])
