"""Addresses and links: who is meant, letter for letter."""

import sys

import pytest
from slixmpp import JID, InvalidJID

from custom_components.sen1.protocol.errors import LinkRefused
from custom_components.sen1.protocol.links import (
    friend_link,
    parse_address,
    parse_jid,
    parse_link,
)
from custom_components.sen1.protocol.model import BareJid

COOP = BareJid("coop@coop.test")
KEY = "723201724410988153290064"
GROUPED = "7232 0172 4410 9881 5329 0064"


def folded() -> list[str]:
    """Return the addresses that slixmpp takes for one of plain letters, though they are not."""
    found = []
    for code in range(0x80, sys.maxunicode + 1):
        text = f"{chr(code)}ob2@coop.test"
        try:
            jid = JID(text)
        except InvalidJID, UnicodeError:
            continue
        if jid.bare.isascii():
            found.append(text)
    return found


def test_no_address_is_taken_for_one_that_only_looks_like_it() -> None:
    lookalikes = folded()
    assert "ᵇob2@coop.test" in lookalikes
    for text in lookalikes:
        assert parse_jid(text) is None
        assert parse_jid(f"{text}/sen1") is None
        assert parse_address(text) is None
        assert parse_link(f"xmpp:{text}?roster") is None


@pytest.mark.parametrize("text", ["bob@coop.test", "bob@coop.test/ᵇ", "coop.test", "élodie@é.test"])
def test_an_address_is_taken_as_it_is_written(text: str) -> None:
    jid = parse_jid(text)
    assert jid is not None
    assert jid.bare == text.partition("/")[0]


def test_capitals_are_small_letters_where_somebody_typed_them_alone() -> None:
    assert parse_address("Bob@Coop.Test") == "bob@coop.test"
    assert parse_address("Élodie@coop.test") == "élodie@coop.test"
    assert parse_jid("Bob@coop.test") is None
    # The sign of the kelvin becomes a k.
    assert parse_address("\u212aate@coop.test") is None


@pytest.mark.parametrize("text", ["", "@coop.test", "bob@", "a b@coop.test", "bob@coop..test"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse_jid(text) is None
    assert parse_jid(text, typed=True) is None


def test_our_link_says_the_address_the_secret_the_key_and_its_version() -> None:
    link = friend_link(COOP, KEY, "to-ken_1")
    assert link == f"xmpp:coop@coop.test?roster;preauth=to-ken_1;key={KEY};sen1=0"
    assert friend_link(COOP, KEY) == f"xmpp:coop@coop.test?roster;key={KEY};sen1=0"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(friend_link(COOP, KEY, "Abc"), id="as it is made"),
        pytest.param(f"xmpp:coop@coop.test?roster;preauth=Abc;key={GROUPED};sen1=0", id="spaces"),
        pytest.param(
            f"xmpp:coop@coop.test?roster;preauth=Abc;key={GROUPED.replace(' ', '%20')};sen1=0",
            id="spaces as a program writes them",
        ),
        pytest.param(
            f"XMPP:COOP@COOP.TEST?ROSTER;PREAUTH=Abc;KEY={KEY};SEN1=0", id="words in capitals"
        ),
        pytest.param(f"xmpp:coop@coop.test?roster;sen1=0;key={KEY};preauth=Abc", id="order"),
        pytest.param(f"xmpp:coop@coop.test?roster;preauth=Abc;key={KEY}", id="its end is cut"),
        pytest.param(
            f"https://coop.test/i/#coop@coop.test?roster;preauth=Abc;key={KEY};sen1=0", id="a page"
        ),
        pytest.param(f"  {friend_link(COOP, KEY, 'Abc')};new=1\n", id="more than is known"),
    ],
)
def test_a_link_with_a_key_is_read_however_it_is_pasted(text: str) -> None:
    link = parse_link(text)
    assert link is not None
    assert (link.address, link.action, link.token) == (COOP, "roster", "Abc")
    assert link.fingerprint == KEY


def test_a_link_may_lead_to_one_client_of_an_address() -> None:
    link = parse_link(f"xmpp:coop@coop.test/sen1-1?roster;key={KEY};sen1=0")
    assert link is not None
    assert (link.address, link.jid.resource, link.fingerprint) == (COOP, "sen1-1", KEY)


@pytest.mark.parametrize("text", ["coop@coop.test", "xmpp:coop@coop.test", "xmpp:a@b?roster"])
def test_an_address_alone_says_no_key(text: str) -> None:
    link = parse_link(text)
    assert link is not None
    assert link.fingerprint == ""


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (f"key={KEY};sen1=1", "newer_link"),
        ("key=another;sen1=2", "newer_link"),
        ("sen1=", "newer_link"),
        (f"key={KEY[:23]};sen1=0", "cut_link"),
        (f"key={KEY[:23]}\u0664;sen1=0", "cut_link"),
        ("key=", "cut_link"),
    ],
)
def test_a_link_that_cannot_be_read_whole_adds_nobody(said: str, reason: str) -> None:
    text = f"xmpp:coop@coop.test?roster;{said}"
    with pytest.raises(LinkRefused) as refusal:
        parse_link(text)
    assert refusal.value.key == reason
    assert parse_address(text) is None
