"""Addresses and links: who is meant, letter for letter."""

import sys

import pytest
from slixmpp import JID, InvalidJID

from custom_components.sen1.protocol.links import parse_address, parse_jid, parse_link


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
