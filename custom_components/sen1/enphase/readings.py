"""What a gateway tells, made of pyenphase's documents: powers that agree with each other.

Signs are the gateway's: a net power is positive when the house draws from the grid. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pyenphase import EnvoyData
from pyenphase.const import PHASENAMES
from pyenphase.models.encharge import EnvoyEncharge, EnvoyEnchargePower
from pyenphase.models.inverter import EnvoyInverter
from pyenphase.models.meters import CtState, CtType, EnvoyMeterData
from pyenphase.models.system_consumption import EnvoySystemConsumption
from pyenphase.models.system_production import EnvoySystemProduction

SYSTEM = ""
"""In place of a phase: the sum of all."""

MOST_OF_A_DAY = 100_000
"""Wh: hardly a home has more in a day. The first day of a gateway is its lifetime too, but less."""

type EnvoyMeters = Mapping[tuple[str, str], EnvoyMeterData]
"""By the kind of the meter (`CtType`) and the phase, or `SYSTEM`."""

type SystemEnergies = EnvoySystemProduction | EnvoySystemConsumption


class Flow(StrEnum):
    """What flows through a house."""

    PRODUCTION = "production"
    CONSUMPTION = "consumption"
    NET = "net"


def meters_of(
    readings: Sequence[Mapping[str, Any]], configured: Sequence[Any], phases: int
) -> EnvoyMeters:
    """Join the meters' readings to what each is for; only meters that are enabled.

    Raises KeyError when a document lacks what every firmware sends.
    """
    uses = {meter["eid"]: meter for meter in configured if meter["state"] == CtState.ENABLED}
    found: dict[tuple[str, str], EnvoyMeterData] = {}
    for reading in readings:
        if (use := uses.get(reading["eid"])) is None:
            continue
        kind = str(use["measurementType"])
        found[kind, SYSTEM] = EnvoyMeterData.from_api(dict(reading), use)
        for number in range(phases if phases > 1 else 0):
            phase = EnvoyMeterData.from_phase(dict(reading), use, number)
            if phase is not None:
                found[kind, PHASENAMES[number]] = phase
    return found


def meters_in(data: EnvoyData) -> EnvoyMeters:
    """Return the meters of a whole round; pyenphase leaves out one that it does not believe."""
    found = {(str(kind), SYSTEM): meter for kind, meter in data.ctmeters.items() if meter}
    for kind, phases in data.ctmeters_phases.items():
        found |= {(str(kind), str(phase)): meter for phase, meter in phases.items() if meter}
    return found


@dataclass(frozen=True, slots=True)
class Readings:
    """All that is known of a gateway at a moment: its last round, its meters since."""

    data: EnvoyData
    meters: EnvoyMeters
    stalled: frozenset[str] = frozenset()
    """Kinds of meters that have stood still: their powers are of another time."""

    @property
    def phases(self) -> list[str]:
        """Return the phases that any meter tells apart."""
        return sorted({phase for _, phase in self.meters} - {SYSTEM})

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of meters there are."""
        return [kind for kind, phase in self.meters if phase == SYSTEM]

    @property
    def inverters(self) -> Mapping[str, EnvoyInverter]:
        """Return the inverters by serial number."""
        return self.data.inverters

    @property
    def batteries(self) -> Mapping[str, EnvoyEncharge]:
        """Return the batteries by serial number."""
        return self.data.encharge_inventory or {}

    def battery_power(self, serial: str) -> EnvoyEnchargePower | None:
        """Return what flows in and out of a battery, and how full it is."""
        return (self.data.encharge_power or {}).get(serial)

    def inverter(self, serial: str) -> EnvoyInverter | None:
        """Return what an inverter last told, None if it is gone."""
        return self.inverters.get(serial)

    def meter(self, kind: str, phase: str = SYSTEM) -> EnvoyMeterData | None:
        """Return what a meter measures, if there is one."""
        return self.meters.get((kind, phase))

    def moving_meter(self, kind: str, phase: str) -> EnvoyMeterData | None:
        """Return what a meter measures now, if it does not stand still."""
        return None if kind in self.stalled else self.meter(kind, phase)

    def power(self, flow: Flow, phase: str = SYSTEM) -> int | None:
        """Return a power of now, W.

        From the meters where there are any, so that production, consumption and net power are
        of the same second and their sum is right; else from the inverters' reports.
        """
        produced = self._metered(CtType.PRODUCTION, phase)
        drawn = self._metered(CtType.NET_CONSUMPTION, phase)
        used = self._metered(CtType.TOTAL_CONSUMPTION, phase)
        match flow:
            case Flow.PRODUCTION:
                if self.meter(CtType.PRODUCTION, phase) is not None:
                    return produced
                production = self.production(phase)
                return production.watts_now if production else None
            case Flow.CONSUMPTION:
                return used if used is not None else _sum(produced, drawn)
        return drawn if drawn is not None else _sum(used, produced, -1)

    def production(self, phase: str = SYSTEM) -> EnvoySystemProduction | None:
        """Return the energies produced."""
        return _of(phase, self.data.system_production, self.data.system_production_phases)

    def consumption(self, phase: str = SYSTEM) -> EnvoySystemConsumption | None:
        """Return the energies used.

        Firmware from 8.3.5433 puts the net energy in its place where a meter of total
        consumption is assumed; newer releases of pyenphase add the production to it themselves.
        """
        data = self.data
        used = _of(phase, data.system_consumption, data.system_consumption_phases)
        net = _of(phase, data.system_net_consumption, data.system_net_consumption_phases)
        if used is None or net is None:
            return used
        if (used.watts_now, used.watt_hours_lifetime) != (net.watts_now, net.watt_hours_lifetime):
            return used
        if (produced := self.production(phase)) is None:
            return None
        return EnvoySystemConsumption(
            watt_hours_lifetime=used.watt_hours_lifetime + produced.watt_hours_lifetime,
            watt_hours_last_7_days=used.watt_hours_last_7_days,
            watt_hours_today=used.watt_hours_today,
            watts_now=used.watts_now + produced.watts_now,
        )

    def told(self, flow: Flow) -> SystemEnergies | None:
        """Return the energies produced or used, as they are told."""
        return self.production() if flow is Flow.PRODUCTION else self.consumption()

    def days(self, flow: Flow) -> SystemEnergies | None:
        """Return the energies produced or used; None where those of the last days cannot be.

        Where a counter stands for what it is not, as from firmware 8.3.5433 on, gateways tell one
        number as today's, the last seven days' and the lifetime's.
        """
        told = self.told(flow)
        if told is None or told.watt_hours_today <= MOST_OF_A_DAY:
            return told
        others = (told.watt_hours_last_7_days, told.watt_hours_lifetime)
        return None if told.watt_hours_today in others else told

    def _metered(self, kind: CtType, phase: str) -> int | None:
        meter = self.moving_meter(kind, phase)
        return None if meter is None else meter.active_power


def _of[T](phase: str, all_phases: T | None, each: Mapping[str, T | None] | None) -> T | None:
    return all_phases if phase == SYSTEM else (each or {}).get(phase)


def _sum(one: int | None, other: int | None, sign: int = 1) -> int | None:
    return None if one is None or other is None else one + sign * other
