"""What we asked of friends: what became of it outlives a restart."""

from datetime import timedelta
import time
from typing import Any
from unittest.mock import AsyncMock, MagicMock

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sen1.federation.follow.catalogue_client import CatalogueClient, Wished
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.store import SOON, AccountStore
from custom_components.sen1.protocol.catalogue import OfferState, list_answer, offer_of
from custom_components.sen1.protocol.errors import RequestFailed
from custom_components.sen1.protocol.model import BareJid

from ...protocol.samples import DESCRIPTION, ID
from ..conftest import a_context

FRIEND = BareJid("bob@coop.test")


@pytest.mark.parametrize("state", [OfferState.GRANTED, OfferState.REFUSED])
async def test_what_a_catalogue_tells_of_a_request_is_stored(
    hass: HomeAssistant, hass_storage: dict[str, Any], state: OfferState
) -> None:
    store = AccountStore(hass, "test")
    wish = Wished(
        title="Meter", purpose="display", until=2e9, at=time.time(), state=OfferState.PENDING
    )
    store.content["wished"] = {FRIEND: {ID: wish}}
    session = MagicMock()
    session.ask = AsyncMock(return_value=list_answer("1", [offer_of(ID, DESCRIPTION, state)]))
    context = a_context(hass, store, session)
    context[HistoryClient].addresses[FRIEND] = f"{FRIEND}/sen1"
    catalogue_client = context[CatalogueClient]
    await catalogue_client.offers(FRIEND)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=SOON + 1))
    await hass.async_block_till_done()
    assert hass_storage["sen1.test"]["data"]["wished"][FRIEND][ID]["state"] == state


async def test_a_refusal_is_found_among_all_that_was_asked(hass: HomeAssistant) -> None:
    store = AccountStore(hass, "test")
    wish = Wished(
        title="Meter", purpose="display", until=2e9, at=time.time(), state=OfferState.REFUSED
    )
    other = BareJid("carol@coop.test")
    store.content["wished"] = {FRIEND: {ID: wish}, other: {"another": wish, ID: wish}}
    context = a_context(hass, store)
    catalogue_client = context[CatalogueClient]
    assert catalogue_client.refusal_of(store.pseudonym(other, ID)) == (other, wish)
    with pytest.raises(RequestFailed, match="recipient-unavailable"):
        await catalogue_client.offers(FRIEND)
