"""A friend asks for a series: a repair issue lets the household accept, narrow or refuse."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...const import UserInput, plain
from ...fields import listed, show_form
from ...protocol.catalogue import OfferState
from ...protocol.model import BareJid, Granularity, PublicationId
from ...protocol.term import changed, years_later
from ..config import (
    AGED_PURPOSES,
    PUBLICATION,
    add_subentry,
    friend_data,
    friends_of,
    publication_data,
    publications_of,
)
from ..consent.granting import check_until, grants_of
from ..consent.notice import async_noticed
from ..issues import Issue
from ..pages.grant_form import AGE_FIELDS, TERMS
from ..publish.catalogue_server import CatalogueServer
from ..publish.new_series import GRANULARITIES, coarser_publication
from ..running import async_words
from .flow import FixFlow, FixResult


class AccessRequestFlow(FixFlow):
    """Say who asks for what, why and until when; grant what is ticked, and nothing else."""

    _jid: BareJid
    _asked: PublicationId

    _answer: dict[str, Any]

    async def async_step_init(self, user_input: UserInput = None) -> FixResult:
        """Offer the two answers."""
        request = self._entry.runtime_data[CatalogueServer].request_of(self._subject)
        if request is None or (friend := friends_of(self._entry).get(request[0])) is None:
            return self.async_abort(reason="already_settled")
        self._jid, self._asked, asked = request
        self._purpose, self._until = asked["purpose"], asked["until"]
        words = await async_words(self.hass)
        return self.menu(
            *("accept", "refuse"),
            friend=plain(friend.title),
            address=plain(self._jid),
            series=plain(self._publication.title),
            until=_local_day(self._until).isoformat(),
            purpose=words.get(f"purpose.options.{self._purpose}", self._purpose),
        )

    async def async_step_accept(self, user_input: UserInput = None) -> FixResult:
        """Ask how fine, until when and how long they may keep it; nothing is ticked."""
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := _check_answer(user_input)):
            self._answer = user_input
            if self._purpose in AGED_PURPOSES:
                return await self.async_step_age()
            return await self._grant(is_of_age=False)
        fields = {
            vol.Optional("granularities", default=list): listed(
                "granularity",
                (granularity.lower() for granularity in self._choices()),
                multiple=True,
            ),
            **{key: field for key, field in TERMS.items() if key != "purpose"},
        }
        shown = user_input or {"until": self._suggested_day().isoformat()}
        series = plain(self._publication.title)
        return show_form(self, "accept", fields, shown, errors, {"series": series})

    async def async_step_age(self, user_input: UserInput = None) -> FixResult:
        """Ask whether whoever grants this may decide it."""
        if user_input is not None and user_input["is_of_age"]:
            return await self._grant(is_of_age=True)
        errors = {} if user_input is None else {"is_of_age": "age_needed"}
        return show_form(self, "age", AGE_FIELDS, errors=errors)

    async def async_step_refuse(self, user_input: UserInput = None) -> FixResult:
        """Tell the asker no; for a week the same is not asked again."""
        self._entry.runtime_data[CatalogueServer].settle(self._jid, self._asked, OfferState.REFUSED)
        return self.async_create_entry(data={})

    @property
    def _publication(self) -> ConfigSubentry:
        return publications_of(self._entry)[self._asked]

    def _suggested_day(self) -> date:
        """Return the last day asked for, within the year that is suggested."""
        today = dt_util.now().date()
        return max(today, min(_local_day(self._until), years_later(today, 1)))

    def _choices(self) -> Iterator[Granularity]:
        """Yield what was asked for, and what shows less."""
        data = publication_data(self._publication)
        yield data["granularity"]
        fineness = list(Granularity)
        for coarser in fineness[fineness.index(Granularity(data["granularity"])) + 1 :]:
            if self._known(coarser) is not None or coarser_publication(
                self.hass, self._publication, coarser
            ):
                yield coarser

    def _known(self, granularity: Granularity) -> PublicationId | None:
        """Return what this account already publishes of the same sensor, so fine."""
        data = publication_data(self._publication)
        if granularity == data["granularity"]:
            return self._asked
        return next(
            (
                publication
                for publication, subentry in publications_of(self._entry).items()
                if (other := publication_data(subentry))["granularity"] == granularity
                and other["registry_id"] == data["registry_id"]
                and other["measurement"].get("direction") == data["measurement"].get("direction")
            ),
            None,
        )

    async def _grant(self, *, is_of_age: bool) -> FixResult:
        """Grant what is ticked; what is not published so coarsely yet is from now on."""
        publications = []
        for chosen in self._answer["granularities"]:
            granularity = GRANULARITIES[chosen]
            known = self._known(granularity)
            publications.append(known or self._publish(granularity))
        new = grants_of(self._answer | {"publications": publications, "purpose": self._purpose}, [])
        if is_of_age:
            new = [changed(grant, is_of_age=True) for grant in new]
        path = f"issues.{Issue.ACCESS_REQUEST}.fix_flow.step.accept"
        new = await async_noticed(self.hass, path, new, [])
        friend = friends_of(self._entry)[self._jid]
        grants = friend_data(friend)["grants"]
        kept = [grant for grant in grants if grant["publication"] not in publications]
        settled = self.settle(friend, grants=[*kept, *new])
        self._entry.runtime_data[CatalogueServer].settle(self._jid, self._asked, OfferState.GRANTED)
        return settled

    def _publish(self, granularity: Granularity) -> PublicationId:
        made = coarser_publication(self.hass, self._publication, granularity)
        assert made is not None  # only what can be made is offered
        add_subentry(
            self.hass, self._entry, PUBLICATION, made["publication"], self._publication.title, made
        )
        return made["publication"]


def _local_day(until: float) -> date:
    """Return the last day of what ends at a moment."""
    return dt_util.as_local(datetime.fromtimestamp(until - 1, UTC)).date()


def _check_answer(user_input: dict[str, Any]) -> dict[str, str]:
    if not user_input["granularities"]:
        return {"granularities": "nothing_ticked"}
    return check_until(user_input)
