"""Say to organisers of challenges what the main site saved: when a day is known, or the past is.

Nothing is asked for by the clock: a site tells when what its days came to may be another, an
account when what it takes part in is.
"""

from collections.abc import Callable
import time

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigSubentry,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util.hass_dict import HassKey

from ...const import DOMAIN
from ...faults import contained
from ...federation.config import AGED_PURPOSES, friend_data, participation_data
from ...federation.participating.own_challenges import ChallengePart, OwnChallenges
from ...federation.participating.participations import Participations
from ...federation.running import RunningEntry, accounts
from ...figures.counting.sites import main_site
from ...figures.site.site import Home, running
from ...listeners import Listeners
from ...protocol.collecting.challenge import Challenge
from ...protocol.term import Phase, term_of
from .scoring import Scored, scored


class Scores:
    """Knows the score of the main site in each challenge, and has it told while that goes on."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._known: dict[str, Scored] = {}
        """By participation."""
        self._site: Home | None = None
        self._followed: dict[object, CALLBACK_TYPE] = {}
        """Sites and accounts that run, and how to listen to them no more."""

    @callback
    def start(self) -> None:
        """Follow what runs, from now on."""
        async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._on_entry)

    @callback
    def _on_entry(self, _change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain == DOMAIN:
            with contained():
                self._follow()

    def _follow(self) -> None:
        """Listen to the main site and to all accounts, and to nothing that runs no more."""
        site = running(main_site(self._hass))
        if site is not self._site:
            self._site = site
            self._known.clear()
        heard: dict[object, tuple[Listeners[()], Callable[[], None]]] = {
            entry.runtime_data: (entry.runtime_data[Participations].changed, self._look)
            for entry in accounts(self._hass)
        }
        if site is not None:
            heard[site] = (site.goals.day_listeners, self._look_again)
        for gone in self._followed.keys() - heard.keys():
            self._followed.pop(gone)()
        for one in heard.keys() - self._followed.keys():
            listeners, listener = heard[one]
            self._followed[one] = listeners.add(listener)
        self._look()

    @callback
    def _look_again(self) -> None:
        """Count anew: what days came to may be another."""
        self._known.clear()
        self._look()

    @callback
    def _look(self) -> None:
        """Count what is not counted yet, and say what is another than was said."""
        for entry in accounts(self._hass):
            for subentry_id, part in entry.runtime_data[OwnChallenges].all().items():
                with contained():
                    self._tell(entry, subentry_id, part)

    def of(self, subentry_id: str, challenge: Challenge) -> Scored | None:
        """Return what the main site can say of itself; None: there is no site that runs."""
        if self._site is None:
            return None
        known = self._known.get(subentry_id)
        if known is None or known.challenge != challenge:
            today = self._site.cold.today
            known = self._known[subentry_id] = scored(self._site, challenge, today)
        return known

    def _tell(self, entry: RunningEntry, subentry_id: str, part: ChallengePart) -> None:
        """Say the score of a challenge, where the household agreed to that and does so now."""
        account, subentry = entry.runtime_data, entry.subentries[subentry_id]
        known = self.of(subentry_id, part.challenge)
        if known is None or (score := known.score(part.collection)) is None:
            return
        now = time.time()
        grants = friend_data(subentry)["grants"]
        is_paused = any(term_of(grant).phase(now) is Phase.PAUSED for grant in grants)
        if now < part.until and not is_paused and is_agreed(account[Participations], subentry):
            account[OwnChallenges].tell_score(subentry_id, score)


def is_agreed(participations: Participations, subentry: ConfigSubentry) -> bool:
    """Return whether a competing household is of age where that is asked, or has a parent's word.

    A collection may have got a purpose that asks for it since.
    """
    sheet = participations.sheet(subentry.subentry_id)
    entered = participation_data(subentry).get("entered")
    is_aged = sheet is not None and sheet.purpose in AGED_PURPOSES
    return entered is not None and (not is_aged or entered["is_of_age"])


SCORES: HassKey[Scores] = HassKey(f"{DOMAIN}_scores")


@callback
def async_scores(hass: HomeAssistant) -> Scores:
    """Return the scores of the main site."""
    return hass.data.setdefault(SCORES, Scores(hass))
