"""Days and moments as commands take them: none of which the calendar has no neighbour."""

from datetime import date

from homeassistant.helpers import config_validation as cv
import voluptuous as vol

YEARS = range(1970, 2200)
"""Before them nothing was counted in Unix seconds; nobody who asks of later ones means it."""


def _within_years[Moment: date](moment: Moment) -> Moment:
    if moment.year not in YEARS:
        raise vol.Invalid("nothing is known of such years")
    return moment


DAY = vol.All(cv.date, _within_years)
MOMENT = vol.All(cv.datetime, _within_years)
