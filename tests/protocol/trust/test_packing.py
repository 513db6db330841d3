"""Statements made smaller for the wire: whole again at the other end, and nothing else."""

from base64 import b64decode
from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring, tostring
from zlib import compressobj

import pytest

from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.limits import size_of
from custom_components.sen1.protocol.model import BareJid, node_of
from custom_components.sen1.protocol.stanzas import item_to_element
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.kinds import KINDS, StatementKind
from custom_components.sen1.protocol.trust.packing import packed, unpacked
from custom_components.sen1.protocol.trust.signed import (
    Statement,
    sign,
    signed_in,
    verified,
)
from custom_components.sen1.protocol.trust.verify_journal import to_text

from ..test_stanzas import DESCRIPTION, ITEM

KEYS = Keys(bytes(range(32)), bytes(32))
SIGNED_KINDS = [kind for kind, row in KINDS.items() if row.is_signed]
ENVELOPE = item_to_element(ITEM, DESCRIPTION)
SAID = Statement(
    BareJid("home@server.org"),
    1_795_521_600.123,
    ENVELOPE,
    node=node_of(ITEM.publication),
    item=ITEM.id,
)


def test_a_signed_item_is_no_larger_than_one_that_is_not() -> None:
    signed = sign(KEYS, StatementKind.ITEM, SAID)
    assert signed.get("packed") == "0"
    assert size_of(signed) < size_of(ENVELOPE)
    read = verified(signed_in(fromstring(tostring(signed))), KEYS.public.signing)
    assert tostring(read.payload) == tostring(ENVELOPE)


def test_what_is_kept_is_not_packed() -> None:
    signed = sign(KEYS, StatementKind.GRANT, replace(SAID, to=BareJid("coop@server.org")))
    assert "packed" not in signed.attrib
    assert b64decode(signed.text or "") == signed_in(signed).statement


@pytest.mark.parametrize("statement", [b"", b"<a/>", bytes(range(256)) * 400])
def test_any_statement_comes_out_as_it_went_in(statement: bytes) -> None:
    assert unpacked(packed(statement), len(statement)) == statement


@pytest.mark.parametrize("kind", SIGNED_KINDS)
def test_nothing_grows_beyond_the_bound_of_its_kind(kind: StatementKind) -> None:
    most = KINDS[kind].most
    signed = sign(KEYS, kind, replace(SAID, payload=Element("x")))
    deflate = compressobj(wbits=-15)
    bomb = deflate.compress(bytes(100 * most)) + deflate.flush()
    for text, packing in ((bomb, "0"), (bytes(most + 3), None)):
        signed.text = to_text(text)
        signed.attrib.pop("packed", None)
        if packing is not None:
            signed.set("packed", packing)
        with pytest.raises(PayloadRefused, match="bad_signed"):
            signed_in(signed)


@pytest.mark.parametrize("kind", [kind for kind in SIGNED_KINDS if not KINDS[kind].is_packed])
def test_what_is_never_packed_is_not_inflated(kind: StatementKind) -> None:
    signed = sign(KEYS, kind, replace(SAID, payload=Element("x")))
    assert signed_in(signed).kind is kind
    written = b64decode(signed.text or "")
    signed.set("packed", "0")
    signed.text = to_text(packed(written))
    with pytest.raises(PayloadRefused, match="bad_signed"):
        signed_in(signed)


@pytest.mark.parametrize(
    ("damaged", "packing"),
    [
        pytest.param(packed(b"<a/>")[:-1], "0", id="cut"),
        pytest.param(packed(b"<a/>") + b"more", "0", id="with more behind it"),
        pytest.param(b"\xff" * 40, "0", id="no deflate"),
        pytest.param(packed(b"<a/>"), "1", id="packed in another way"),
    ],
)
def test_what_is_packed_otherwise_is_refused(damaged: bytes, packing: str) -> None:
    signed = sign(KEYS, StatementKind.ITEM, SAID)
    signed.set("packed", packing)
    signed.text = to_text(damaged)
    with pytest.raises(PayloadRefused, match="bad_signed"):
        signed_in(signed)


def test_what_is_never_signed_is_refused() -> None:
    signed = sign(KEYS, StatementKind.INVITED, replace(SAID, payload=Element("x")))
    with pytest.raises(PayloadRefused, match="bad_signed"):
        signed_in(signed)
