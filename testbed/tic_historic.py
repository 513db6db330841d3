"""The historic mode (Enedis-NOI-CPT_54E, section 5; CPT_02E for the older meters)."""

from collections.abc import Iterator

from testbed.contracts import EJP, TEMPO, Contract, tempo_colour
from testbed.household import local
from testbed.registers import MINUTE, WATT_HOUR, Registers
from testbed.tic_rows import Output, Row, each, encode_historic, fixed

PEAK_NOTICE = 30 * MINUTE
COLOURS = {"B": "BLEU", "W": "BLAN", "R": "ROUG"}


def _notice(r: Registers) -> str | None:
    """Return PEJP: the minutes of notice, sent from then to the end of the mobile peak."""
    begins = (peak.begin - PEAK_NOTICE for peak in r.peaks)
    return "30" if any(begin <= r.at for begin in begins) else None


def _tomorrow(r: Registers) -> str:
    # The colour of tomorrow is known from 11 o'clock until the Tempo day ends.
    if 6 <= r.time.hour < 11:
        return "----"
    return COLOURS[tempo_colour(local(r.at + 24 * 60 * MINUTE))]


def _index(label: str, number: int) -> Row:
    return Row(label, lambda r: f"{r.supplier[number] // WATT_HOUR:09}")


def _overload(label: str, phase: int) -> Row:
    return Row(label, lambda r: f"{r.amperes(phase):03}" if phase in r.overloaded_phases else None)


def _current(label: str, phase: int) -> Row:
    return Row(label, lambda r: f"{r.drawn_amperes(phase):03}")


def historic(contract: Contract, phases: int) -> Output:
    """Return what a meter says in historic mode; of a contract that mode hides, the total."""

    def rows() -> Iterator[Row]:
        yield Row("ADCO", lambda r: r.serial)
        yield fixed("OPTARIF", contract.optarif or "BASE")
        yield Row("ISOUSC", lambda r: f"{r.subscribed_amperes:02}")
        if contract.labels:
            yield from (_index(label, number) for number, label in enumerate(contract.labels))
        else:
            yield Row("BASE", lambda r: f"{r.total_wh:09}")
        if contract is EJP:
            yield Row("PEJP", _notice)
        yield Row("PTEC", lambda r: r.period if contract.labels else "TH..")
        if contract is TEMPO:
            yield Row("DEMAIN", _tomorrow)
        if phases == 1:
            yield _current("IINST", 1)
            yield _overload("ADPS", 1)
            yield fixed("IMAX", "090")
        else:
            yield from each(phases, lambda phase: _current(f"IINST{phase}", phase))
            yield from each(phases, lambda phase: fixed(f"IMAX{phase}", "060"))
            yield Row("PMAX", lambda r: f"{r.maxima[0].yesterday[0]:05}")
        yield Row("PAPP", lambda r: f"{round(r.withdrawn_va, -1):05}")
        yield fixed("HHPHC", "A")
        yield fixed("MOTDETAT", "000000")
        if phases > 1:
            yield fixed("PPOT", "00")

    def short_rows() -> Iterator[Row]:
        yield from each(phases, lambda phase: _overload(f"ADIR{phase}", phase))
        yield Row("ADCO", lambda r: r.serial)
        yield from each(phases, lambda phase: _current(f"IINST{phase}", phase))

    return Output(1200, encode_historic, tuple(rows()), tuple(short_rows()) if phases > 1 else ())
