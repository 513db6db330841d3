"""What a server states of itself: read from a real one, and shown in the household's words."""

import math
from xml.etree.ElementTree import fromstring

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.running import async_words
from custom_components.sen1.federation.showing.server_policy import policy_lines
from custom_components.sen1.federation.xmpp.data_policy import DataPolicy, policy_of
from custom_components.sen1.federation.xmpp.session import Session
from testbed.certificates import CertificateAuthority
from testbed.xmpp import ProsodyServer

from .test_session import credentials

STATED = """\
modules_enabled = { "data_policy" }
data_policy = {
  data_retention = "720"; backup_retention = "infinite"; data_deletion = true;
  full_erasure = true; encryption_at_rest = false; access_policy = { "admins", "government" };
  tos = "https://server.example/terms";
}
"""

READ = DataPolicy(
    retention=720,
    backup_retention=math.inf,
    data_deletion=True,
    full_erasure=True,
    encryption_at_rest=False,
    access=("admins", "government"),
    terms="https://server.example/terms",
)


@pytest.mark.parametrize(("options", "read"), [(STATED, READ), ("", DataPolicy())])
async def test_what_a_server_states_is_read(options: str, read: DataPolicy) -> None:
    with ProsodyServer("plain.test", CertificateAuthority(), host_options=options) as server:
        known = credentials(server.register("alice"))
        session = Session(known, known.ssl_context())
        try:
            await session.connect()
            assert await session.data_policy() == read
        finally:
            await session.close()


@pytest.mark.parametrize(("language", "first"), [("en", "30 days"), ("fr", "30 jours")])
async def test_it_is_told_in_plain_words(hass: HomeAssistant, language: str, first: str) -> None:
    hass.config.language = language
    lines = policy_lines(READ, await async_words(hass))
    keys = [line["key"] for line in lines]
    assert keys == [
        *("retention", "backup_retention", "data_deletion", "full_erasure"),
        *("encryption_at_rest", "access", "terms"),
    ]
    assert first in lines[0]["text"]
    assert not any("{" in line["text"] or "_" in line["text"] for line in lines)
    assert policy_lines(DataPolicy(), await async_words(hass)) == []


@pytest.mark.parametrize("hours", [0, 1, 47, 48, 720, math.inf])
async def test_each_length_of_time_has_its_sentence(hass: HomeAssistant, hours: float) -> None:
    policy = DataPolicy(retention=hours, backup_retention=hours)
    lines = policy_lines(policy, await async_words(hass))
    assert len({line["text"] for line in lines}) == 2


def test_what_is_not_as_the_standard_has_it_is_not_said() -> None:
    fields = {
        "FORM_TYPE": "urn:xmpp:data-policy:0",
        "data_retention": "-5",
        "backup_retention": "unknown",
        "data_deletion": "perhaps",
        "access_policy": "aliens",
        "tos": "javascript:alert(1)",
    }
    form = "".join(f"<field var='{k}'><value>{v}</value></field>" for k, v in fields.items())
    info = fromstring(f"<iq><x xmlns='jabber:x:data'>{form}</x></iq>")
    assert policy_of(info) == DataPolicy()
