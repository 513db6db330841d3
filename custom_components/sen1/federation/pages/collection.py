"""The steps of a collection in a friend's flow: what an organiser asks many for, and why."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
import secrets
from typing import Any, cast

from homeassistant.config_entries import SOURCE_USER, ConfigSubentry, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import BooleanSelector, DateSelector, TextSelector
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...const import UserInput
from ...fields import LINES, box, dropdown, show_form, titled, worded
from ...last_page import Made, async_last_page
from ...protocol.collecting.challenge import SETTLING, challenge_of
from ...protocol.collecting.collection import MAX_CHARTER, MAX_REASON, MAX_WHO, MOST_PAST_DAYS, SITE
from ...protocol.links import MAX_COLLECTION_TITLE
from ...protocol.model import Granularity
from ...protocol.term import GrantData
from ...protocol.wishes import YEAR, What
from ..config import (
    DEFAULT_RETENTION,
    AskData,
    CollectionData,
    FriendKind,
    collection_data,
    lendable_of,
)
from ..consent.granting import LONGEST_DAYS, check_until, grants_of, with_terms
from ..organising.challenge.challenges import CHALLENGE
from ..organising.collections import new_token
from ..organising.ranking import RANKING
from ..running import async_words
from ..showing.share import coarsest_for
from .challenge import ChallengeSteps
from .given_series import GivenSeries, grouped
from .grant_form import PURPOSE, suggested_terms, terms_shown, titles_of
from .publication import QUANTITIES

COMPETING = "challenge"
"""The purpose of a collection whose members compete."""

LONGEST = {
    CONF_NAME: MAX_COLLECTION_TITLE,
    "reason": MAX_REASON,
    "responsible": MAX_WHO,
    "contact": MAX_WHO,
    "charter": MAX_CHARTER,
}
"""Characters of each text; all of them say something."""

NOT_ASKED, OPTIONAL, NEEDED = "no", "optional", "needed"

ASKED = dropdown("asked", (NOT_ASKED, OPTIONAL, NEEDED))

FIXED = {What.PER_AREA: YEAR, SITE: ""}

DETAILS = {one.lower(): one for one in reversed(Granularity)}
"""The coarsest first. Home Assistant names options in lower case."""

PASTS = {"none": 0, "month": 31, "year": 366, "all": MOST_PAST_DAYS}
"""Days of the past that are asked for."""

WHO = {
    vol.Required(CONF_NAME): TextSelector(),
    vol.Required("reason"): LINES,
    vol.Required("responsible"): TextSelector(),
    vol.Required("contact"): TextSelector(),
    vol.Required("purpose"): PURPOSE,
}


class CollectionSteps(ChallengeSteps):
    """Add a collection, or change what its members were told."""

    _name: str
    _collection: CollectionData | None = None
    """What its sheet says, while the steps lead to its end."""

    @cached_property
    def _series(self) -> GivenSeries:
        return GivenSeries(self._get_entry())

    async def async_step_collection(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask what it is called, what for, and who answers for the data."""
        known = self._known_collection()
        errors: dict[str, str] = {}
        if user_input is not None:
            said, errors = texts_in(user_input)
            purpose = user_input["purpose"]
            if known is not None and {purpose, known["purpose"]} > {COMPETING}:
                # Members agreed to one or to the other.
                errors["purpose"] = "purpose_stays"
            if not errors:
                self._name = said.pop(CONF_NAME)
                self._collection = _collection(known, purpose=purpose, **said)
                if purpose == COMPETING:
                    return await self.async_step_challenge()
                return await self.async_step_collection_asks()
        shown: dict[str, Any] = {"purpose": "investment"}
        if known is not None:
            shown = {CONF_NAME: self._get_reconfigure_subentry().title, **known}
        return show_form(self, "collection", WHO, user_input or shown, errors)

    async def async_step_collection_sheet(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Change what the members are told, but for the charter and what comes back."""
        return await self.async_step_collection(user_input)

    async def async_step_collection_asks(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask what each member is asked for, how fine, until when, and how long it is kept."""
        assert self._collection is not None  # the step before made it
        errors: dict[str, str] = {}
        if user_input is not None:
            asks = _asks(user_input)
            errors = check_until(user_input) or _asks_errors(self._collection, user_input, asks)
            if not errors:
                self._collection = _collection(
                    self._collection,
                    asks=asks,
                    until=user_input["until"],
                    retention_days=int(user_input["retention_days"]),
                )
                if self.source == SOURCE_USER:
                    return await self.async_step_charter()
                # What all of them receive ends with the collection, and is for the same.
                terms = _terms(self._collection)
                granted = [
                    with_terms(each, terms | {"paused": terms_shown(each)["paused"]})
                    for each in self._known()
                ]
                self._grants = self._with_board(self._collection, granted)
                return await self._settle()
        shown = user_input or _asks_shown(self._collection)
        return show_form(self, "collection_asks", _asks_fields(self._collection), shown, errors)

    async def async_step_charter(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask for the charter; members are asked again when it changes."""
        known = self._known_collection()
        errors: dict[str, str] = {}
        if user_input is not None:
            said, errors = texts_in(user_input)
            if not errors:
                collection = self._collection or known
                assert collection is not None  # a step before made it, or it is changed
                return await self._take_charter(collection, said["charter"])
        fields = {vol.Required("charter"): LINES}
        if known is not None:
            shown, version = {"charter": known["charter"]}, known["charter_version"]
        else:
            words = await async_words(self.hass)
            shown, version = {"charter": words["charter.options.draft"]}, 1
        version_shown = {"version": str(version)}
        return show_form(self, "charter", fields, user_input or shown, errors, version_shown)

    async def _take_charter(self, collection: CollectionData, text: str) -> SubentryFlowResult:
        if text != collection["charter"]:
            collection = _charter_again(collection, text)
        self._collection = collection
        self._grants = self._with_board(collection, self._known())
        has_something = (
            lendable_of(self._get_entry()) or grouped(collection) or _asks_ranking(collection)
        )
        if self.source == SOURCE_USER and has_something:
            return await self.async_step_collection_gives()
        return await self._settle()

    async def async_step_collection_gives(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask what every member receives in return; nothing is fine."""
        collection = self._collection or self._known_collection()
        assert collection is not None  # a step before made it, or it is changed
        known, entry = self._known(), self._get_entry()
        granted = titles_of(entry, known)
        means = self._series.known_means(collection)
        titles: dict[str, str] = {
            key: series.title
            for key, series in lendable_of(entry).items()
            if key not in means.values()
        }
        ranking = self._series.known_board(collection, RANKING)
        if user_input is not None:
            # Of other boards another page decides.
            asked = {*titles, *means.values(), ranking}
            chosen = [key for key in granted if key not in asked]
            chosen += user_input.get("publications", ())
            if user_input.get("group_mean"):
                chosen += self._series.means(collection)
            if user_input.get("ranking"):
                chosen.append(self._series.board(collection, RANKING))
                collection = self._with_ranking(collection)
            self._collection = collection
            terms = {**_terms(collection), "publications": chosen}
            self._grants = self._with_board(collection, grants_of(terms, known))
            return await self._settle()
        fields: dict[Any, Any] = {}
        shown: dict[str, Any] = {"publications": [key for key in granted if key in titles]}
        if titles:
            fields[vol.Optional("publications", default=list)] = titled(titles, multiple=True)
        if grouped(collection):
            fields[vol.Required("group_mean", default=False)] = BooleanSelector()
            shown["group_mean"] = any(one in granted for one in means.values())
        if _asks_ranking(collection):
            fields[vol.Required("ranking", default=False)] = BooleanSelector()
            shown["ranking"] = ranking in granted
        return show_form(self, "collection_gives", fields, shown)

    def _with_ranking(self, collection: CollectionData) -> CollectionData:
        """Return a collection that gives its ranking back; who is a member by now is asked first.

        What a member gave is shown to others once it agreed to a charter of which that is said.
        """
        if "ranking_charter" in collection:
            return collection
        if self.source != SOURCE_USER:
            collection = _charter_again(collection, collection["charter"])
        return _collection(collection, ranking_charter=collection["charter_version"])

    def _with_board(self, collection: CollectionData, grants: list[GrantData]) -> list[GrantData]:
        """Return what members receive, with the board of a challenge: it is what comes back."""
        if "challenge" not in collection:
            return grants
        chosen = [grant["publication"] for grant in grants]
        if (board := self._series.board(collection, CHALLENGE)) not in chosen:
            chosen.append(board)
        return grants_of({**_terms(collection), "publications": chosen}, grants)

    async def _save_collection(self) -> SubentryFlowResult:
        """Write what was decided: of what members know, the sheet is another one then."""
        assert self._collection is not None  # a step before made it
        data = _collection(self._collection, grants=self._grants)
        granted = {grant["publication"] for grant in self._grants}
        self._series.publish(self.hass, granted, await async_words(self.hass))
        if self.source == SOURCE_USER:
            page = await async_last_page(self.hass, Made.COLLECTION, of=data["collection"])
            return self.async_create_entry(title=self._name, data=data, **page)
        subentry = self._get_reconfigure_subentry()
        title = self._name
        if data != collection_data(subentry) or title != subentry.title:
            data = _collection(data, revision=data["revision"] + 1)
        return self.async_update_and_abort(self._get_entry(), subentry, title=title, data=data)

    def _known_collection(self) -> CollectionData | None:
        """Return the one that is changed; None of a new one."""
        if self.source == SOURCE_USER:
            return None
        subentry: ConfigSubentry = self._get_reconfigure_subentry()
        return collection_data(subentry)


def texts_in(user_input: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the texts of a form as they are kept, and what is wrong with them."""
    said = {name: user_input[name].strip() for name in LONGEST if name in user_input}
    errors = {
        name: "text_too_long" if text else "text_needed"
        for name, text in said.items()
        if not 0 < len(text) <= LONGEST[name]
    }
    return said, errors


def _collection(known: CollectionData | None, **said: Any) -> CollectionData:
    """Return a collection of which something is said, or said otherwise."""
    if known is None:
        known = CollectionData(
            kind=FriendKind.COLLECTION,
            collection=secrets.token_hex(8),
            token=new_token(),
            grants=[],
            asks=[],
            purpose="",
            reason="",
            begin=dt_util.utcnow().timestamp(),
            responsible="",
            contact="",
            until="",
            retention_days=DEFAULT_RETENTION,
            charter="",
            charter_version=0,
            charter_at=0.0,
            revision=1,
        )
    return cast("CollectionData", {**known, **said})


def _charter_again(collection: CollectionData, text: str) -> CollectionData:
    """Return a collection whose members are asked whether they agree to its charter."""
    return _collection(
        collection,
        charter=text,
        charter_version=collection["charter_version"] + 1,
        # To the millisecond, as it is told.
        charter_at=round(dt_util.utcnow().timestamp(), 3),
    )


def _terms(collection: CollectionData) -> dict[str, Any]:
    """Return the terms of what members receive."""
    return {
        "until": collection["until"],
        "purpose": collection["purpose"],
        "retention_days": collection["retention_days"],
        "may_forward": False,
    }


def _asks_ranking(collection: CollectionData) -> bool:
    """Return whether a collection asks for what its ranking is made of."""
    return any(ask["what"] == What.PER_AREA for ask in collection["asks"])


def _asks_fields(collection: CollectionData) -> dict[Any, Any]:
    detail = dropdown("granularity", DETAILS)
    fields: dict[Any, Any] = {}
    for what in QUANTITIES:
        fields[vol.Required(str(what), default=NOT_ASKED)] = ASKED
        suggested = coarsest_for(collection["purpose"]).lower()
        fields[vol.Required(_detail_of(what), default=suggested)] = detail
    fields |= {vol.Required(str(what), default=NOT_ASKED): ASKED for what in FIXED}
    return fields | {
        vol.Required("past", default="none"): worded("past_asked", PASTS),
        vol.Required("until"): DateSelector(),
        vol.Required("retention_days"): box(LONGEST_DAYS, unit="d", minimum=1),
    }


def _asks_errors(
    collection: CollectionData, user_input: Mapping[str, Any], asks: list[AskData]
) -> dict[str, str]:
    """Return what is wrong with what is asked for: of a challenge it may be nothing."""
    if "challenge" not in collection:
        return {} if asks else {"base": "nothing_asked"}
    over = challenge_of(collection["challenge"]).action[1] + SETTLING
    is_early = date.fromisoformat(user_input["until"]) < over
    return {"until": "ends_before_challenge"} if is_early else {}


def _asks(user_input: Mapping[str, Any]) -> list[AskData]:
    """Return what is asked for, by a form."""
    fine = {what: DETAILS[user_input[_detail_of(what)]] for what in QUANTITIES} | FIXED
    past = PASTS[user_input["past"]]
    return [
        AskData(
            what=what,
            granularity=granularity,
            # What a home is like, or a year comes to, has no past.
            past_days=past if what in QUANTITIES else 0,
            is_needed=user_input[what] == NEEDED,
        )
        for what, granularity in fine.items()
        if user_input[what] != NOT_ASKED
    ]


def _asks_shown(collection: CollectionData) -> dict[str, Any]:
    """Return what a form shows of what is asked for."""
    shown: dict[str, Any] = {"retention_days": collection["retention_days"]}
    shown |= {"until": collection["until"]} if collection["until"] else suggested_terms()
    for ask in collection["asks"]:
        shown[ask["what"]] = NEEDED if ask["is_needed"] else OPTIONAL
        if ask["what"] in QUANTITIES:
            shown[_detail_of(ask["what"])] = ask["granularity"].lower()
            days = {number: name for name, number in PASTS.items()}
            shown["past"] = days.get(ask["past_days"], "none")
    return shown


def _detail_of(what: str) -> str:
    return f"{what}_detail"
