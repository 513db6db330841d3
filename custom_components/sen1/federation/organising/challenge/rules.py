"""The rules of challenges: from what homes saved to the values of homes, of teams, of all together.

Pure. A saving is positive, per cent. The Grand Défi of the ALEC of Rennes reckons in changes, of
which less is better: its rules are here with the sign turned, which no rank depends on. Homes that
nobody may be told of enter nothing: neither a mean nor a sum tells of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from statistics import fmean

from ....const import LEAST_HOMES
from ....protocol.collecting.challenge import Energy, Rule, Saved
from ....protocol.sheet import Heating, SiteKind

DIGITS = 6
"""Decimals to which two values are the same: sums of the same numbers are, in any order."""

INDIVIDUALS = SiteKind.HOME
"""The profile of the Grand Défi that weighs more; each other kind of site is one as well."""

WEIGHTS: Mapping[Rule, int] = {
    Rule.GRAND_DEFI_2019: 2,
    Rule.GRAND_DEFI_2020: 4,
    Rule.GRAND_DEFI_2021: 4,
}
"""How much individuals weigh in a team, against 1 of each other profile."""


@dataclass(frozen=True, slots=True)
class Contender:
    """What a home of a challenge says of itself."""

    number: int
    team: int
    """Which, 0 first."""
    saved: Mapping[Energy, Saved]
    heating: Heating | None = None
    """The main one, as its sheet says; None: it says none."""
    kind: SiteKind = SiteKind.HOME


@dataclass(frozen=True, slots=True)
class Standings:
    """What can be told; homes and teams of which nothing is told are not here."""

    homes: Mapping[int, float]
    """By number."""
    teams: Mapping[int, float | None]
    """By place in the list of teams; None: the rule tells none yet."""
    value: float | None
    """Of all together."""


class HeatingGroup(Enum):
    """Whom the Grand Défi compares a home with."""

    ELECTRIC = auto()
    """ELEC: electricity heats."""
    GAS = auto()
    """GN: gas does. For electricity its homes are as those that burn something else (US)."""
    OTHER = auto()
    """US: any other, and who does not say."""


NOTHING = Standings({}, {}, None)


def standings(
    rule: Rule, energies: Collection[Energy], homes: Collection[Contender], *, is_final: bool
) -> Standings:
    """Return what can be told of homes under a rule.

    Of a team in which fewer than five homes have a value nothing is. `is_final`: no score comes any
    more; under the rule of 2021 teams have none before.
    """
    counted = [home for home in homes if _has_value(rule, energies, home)]
    by_team: dict[int, list[Contender]] = {}
    for home in counted:
        by_team.setdefault(home.team, []).append(home)
    told = {team: several for team, several in by_team.items() if len(several) >= LEAST_HOMES}
    if not told:
        return NOTHING
    if rule in WEIGHTS:
        return _grand_defi(rule, energies, told, is_final=is_final)
    values = {
        home.number: _mean(list(_percentages(rule, energies, home).values()))
        for several in told.values()
        for home in several
    }
    teams = {team: _mean([values[home.number] for home in homes]) for team, homes in told.items()}
    return Standings(values, teams, _mean(list(values.values())))


def _has_value(rule: Rule, energies: Collection[Energy], home: Contender) -> bool:
    return bool(_percentages(rule, energies, home))


def _percentages(rule: Rule, energies: Collection[Energy], home: Contender) -> dict[Energy, float]:
    """Return what counts of what a home saved, by energy."""
    saved = {energy: home.saved[energy] for energy in energies if energy in home.saved}
    if rule is Rule.CORRECTED:
        # No weather changes how much water is used; where it does, what is not corrected is luck.
        return {
            energy: one.plain if one.corrected is None else one.corrected
            for energy, one in saved.items()
            if one.corrected is not None or energy is Energy.WATER
        }
    if rule in WEIGHTS and _group_of(rule, home) is not HeatingGroup.GAS:
        saved.pop(Energy.GAS, None)
    if rule is Rule.GRAND_DEFI_2019:
        saved.pop(Energy.WATER, None)
    return {energy: one.plain for energy, one in saved.items()}


# The Grand Défi


def _group_of(rule: Rule, home: Contender) -> HeatingGroup:
    """Return whom a home is compared with.

    In 2021 those whom wood heats, and electricity besides, were with electricity: our sheet has the
    main heating alone, so they are with the others.
    """
    match home.heating:
        case Heating.ELECTRIC | Heating.HEAT_PUMP:
            return HeatingGroup.ELECTRIC
        case Heating.GAS:
            return HeatingGroup.GAS
        case Heating.DISTRICT if rule is Rule.GRAND_DEFI_2021:
            return HeatingGroup.GAS
        case _:
            return HeatingGroup.OTHER


def _profile_of(home: Contender) -> SiteKind:
    return SiteKind.OTHER if home.kind is SiteKind.ROOF else home.kind


def _grand_defi(
    rule: Rule,
    energies: Collection[Energy],
    told: Mapping[int, Sequence[Contender]],
    *,
    is_final: bool,
) -> Standings:
    homes = [home for several in told.values() for home in several]
    counted = {home.number: _percentages(rule, energies, home) for home in homes}
    compared: dict[tuple[SiteKind, Energy], list[float]] = {}
    for home in homes:
        if (energy := _compared_in(rule, home)) in counted[home.number]:
            compared.setdefault((_profile_of(home), energy), []).append(
                counted[home.number][energy]
            )
    means = {group: fmean(several) for group, several in compared.items()}
    values: dict[int, float] = {}
    for home in homes:
        scores = dict(counted[home.number])
        if (energy := _compared_in(rule, home)) in scores:
            scores[energy] -= means[_profile_of(home), energy]
        values[home.number] = _mean(list(scores.values()))
    if rule is Rule.GRAND_DEFI_2021 and not is_final:
        return Standings(values, dict.fromkeys(told), None)
    by_profile = {team: _by_profile(several, values) for team, several in told.items()}
    weight = WEIGHTS[rule]
    teams = {team: _weighted(profiles, weight) for team, profiles in by_profile.items()}
    # All together nobody weighs more.
    of_profile: dict[SiteKind, list[float]] = {}
    for profiles in by_profile.values():
        for profile, value in profiles.items():
            of_profile.setdefault(profile, []).append(value)
    return Standings(values, teams, _mean([fmean(several) for several in of_profile.values()]))


def _compared_in(rule: Rule, home: Contender) -> Energy | None:
    """Return the energy of which the mean of its group is taken from what a home saved."""
    match _group_of(rule, home):
        case HeatingGroup.ELECTRIC:
            return Energy.ELECTRICITY
        case HeatingGroup.GAS:
            return Energy.GAS
        case HeatingGroup.OTHER:
            return None


def _by_profile(homes: Sequence[Contender], values: Mapping[int, float]) -> dict[SiteKind, float]:
    """Return the mean of each profile of a team."""
    found: dict[SiteKind, list[float]] = {}
    for home in homes:
        found.setdefault(_profile_of(home), []).append(values[home.number])
    return {profile: fmean(several) for profile, several in found.items()}


def _weighted(profiles: Mapping[SiteKind, float], weight: int) -> float:
    weights = {profile: weight if profile is INDIVIDUALS else 1 for profile in profiles}
    total = sum(weights[profile] * value for profile, value in profiles.items())
    return round(total / sum(weights.values()), DIGITS)


def _mean(values: Sequence[float]) -> float:
    return round(fmean(values), DIGITS) + 0.0
