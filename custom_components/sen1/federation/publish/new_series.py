"""A series made available: of what is chosen, unless it is published already."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
import uuid

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, State, callback

from ...history.summary import Summary
from ...protocol.model import Granularity, PublicationId
from ...protocol.quantities import is_cumulative
from ...protocol.wishes import What, what_of
from ..config import (
    DEFAULT_INTERVAL,
    PUBLICATION,
    PublicationData,
    SiteData,
    add_subentry,
    publication_data,
    publications_of,
)
from ..states import in_periods, told_of
from .source import SourceData, find_source, is_by_hours, source_of

GRANULARITIES = {granularity.lower(): granularity for granularity in Granularity}
"""Home Assistant names options in lower case."""


def new_publication(
    source: SourceData,
    state: State,
    user_input: dict[str, Any],
    project: dict[str, Any],
    site: SiteData | None = None,
) -> PublicationData:
    """Return a new publication: a pseudonym of its own, its unit fixed now."""
    publication = PublicationId(str(uuid.uuid4()))
    granularity = GRANULARITIES[user_input.get("granularity", Granularity.LIVE)]
    content = Summary(user_input.get("content", Summary.SUM))
    told = told_of(state)
    if granularity is not Granularity.LIVE:
        told = in_periods(told, state, content, granularity)
    measurement = dict(told.measurement)
    if is_by_hours(source):
        # It shows what an hour or a day came to, not how far anything has counted.
        measurement["aggregation"] = Summary.SUM
    direction = user_input["direction"]
    if direction in ("consumption", "production"):
        measurement["direction"] = direction
    path = [measurement.get("direction", "measurement"), measurement["quantity"], told.kind]
    if granularity is not Granularity.LIVE or not is_cumulative(measurement):
        path.append(granularity)
    return PublicationData(
        publication=publication,
        registry_id=source["registry_id"],
        platform=source["platform"],
        unique_id=source["unique_id"],
        name=f"urn:uuid:{publication}_{'/'.join(path)}",
        unit=told.unit,
        measurement=measurement,
        granularity=granularity,
        interval_s=int(user_input["interval_s"]),
        listed=user_input["listed"],
        project=project,
        site=site,
        past=user_input.get("past"),
        is_nameless=user_input.get("is_nameless", False),
    )


def coarser_publication(
    hass: HomeAssistant, finer: ConfigSubentry, granularity: Granularity
) -> PublicationData | None:
    """Return a publication of the same sensor by periods; None when there can be none."""
    data = publication_data(finer)
    entity = find_source(hass, data)
    state = None if entity is None else hass.states.get(entity.entity_id)
    if entity is None or state is None or told_of(state).unit is None:
        return None
    # Of an index that is told at the ends of periods, there is one more seldom.
    is_last = data["measurement"].get("aggregation") == Summary.LAST
    direction = data["measurement"].get("direction", "none")
    details = _unlisted(granularity, direction) | {
        "content": Summary.LAST if is_last else Summary.SUM,
        "interval_s": data["interval_s"],
    }
    project, site = data.get("project", {}), data.get("site")
    return new_publication(source_of(entity), state, details, project, site)


def _unlisted(granularity: Granularity, direction: str) -> dict[str, Any]:
    """Return the answers to the form of a series that is in no catalogue."""
    return {
        "granularity": granularity.lower(),
        "direction": direction,
        "interval_s": DEFAULT_INTERVAL,
        "listed": False,
    }


@dataclass(frozen=True, slots=True)
class Chosen:
    """Something as fine as it is to be shared, which may be."""

    title: str
    entity_id: str
    source: SourceData
    state: State
    granularity: Granularity
    direction: str


def is_named(data: PublicationData) -> bool:
    """Return whether followers of a series are told which household answers for it."""
    return not data.get("is_nameless", False)


def published_as(
    hass: HomeAssistant,
    entry: ConfigEntry,
    entity_id: str,
    granularity: Granularity,
    fits: Callable[[PublicationData], bool] = is_named,
) -> PublicationId | None:
    """Return what an account publishes of an entity, so fine, of what fits.

    What a year comes to is one figure, however often it is told.
    """
    for publication, subentry in publications_of(entry).items():
        data = publication_data(subentry)
        is_of_a_year = what_of(data["measurement"]) is What.PER_AREA
        if (is_of_a_year or data["granularity"] == granularity) and fits(data):
            source = find_source(hass, data)
            if source is not None and source.entity_id == entity_id:
                return publication
    return None


@callback
def publication_for(
    hass: HomeAssistant,
    entry: ConfigEntry,
    chosen: Chosen,
    fits: Callable[[PublicationData], bool] = is_named,
    site: SiteData | None = None,
    *,
    is_nameless: bool = False,
) -> PublicationId:
    """Return the series of what is to be shared, of those that fit.

    Where there is none so fine it is made, tells of `site`, and `is_nameless` not whose it is.
    """
    known = published_as(hass, entry, chosen.entity_id, chosen.granularity, fits)
    if known is not None:
        return known
    details = _unlisted(chosen.granularity, chosen.direction) | {"is_nameless": is_nameless}
    made = new_publication(chosen.source, chosen.state, details, {}, site)
    add_subentry(hass, entry, PUBLICATION, made["publication"], chosen.title, made)
    return made["publication"]
