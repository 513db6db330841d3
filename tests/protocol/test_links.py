"""Addresses and links: who is meant, letter for letter."""

from datetime import UTC, datetime
import re
import sys
from urllib.parse import quote

import pytest
from slixmpp import JID, InvalidJID

from custom_components.sen1.protocol.errors import LinkRefused
from custom_components.sen1.protocol.links import (
    AccountLogin,
    Link,
    LinkKind,
    find_link,
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
    link = Link(JID(COOP), "roster", fingerprint=KEY, token="to-ken_1").written()
    assert link == f"xmpp:coop@coop.test?roster;preauth=to-ken_1;key={KEY};sen1=0"
    assert (
        Link(JID(COOP), "roster", fingerprint=KEY).written()
        == f"xmpp:coop@coop.test?roster;key={KEY};sen1=0"
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            Link(JID(COOP), "roster", fingerprint=KEY, token="Abc").written(), id="as it is made"
        ),
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
        pytest.param(
            f"  {Link(JID(COOP), 'roster', fingerprint=KEY, token='Abc').written()};new=1\n",
            id="more than is known",
        ),
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


NOW = datetime(2026, 11, 26, 18, 42, tzinfo=UTC).timestamp()
WEEK = 7 * 86400.0
INVITATION = Link(
    JID(COOP),
    "roster",
    fingerprint=KEY,
    token="Abc",
    name="Foyer d'Ibis; 2",
    until=NOW + WEEK,
    gives_account=True,
).written()


def test_an_invitation_says_who_invites_until_when_and_that_it_gives_an_address() -> None:
    assert "until=20261203T1842Z" in INVITATION
    link = find_link(INVITATION, NOW)
    assert (link.kind, link.address, link.token) == (LinkKind.INVITATION, COOP, "Abc")
    assert (link.name, link.until, link.fingerprint) == ("Foyer d'Ibis; 2", NOW + WEEK, KEY)


def test_an_invitation_may_hold_an_address_that_was_made_already() -> None:
    login = AccountLogin(BareJid("foyer-7k@coop.test"), "a;b=c d")
    link = find_link(
        Link(JID(COOP), "roster", fingerprint=KEY, token="Abc", login=login).written(), NOW
    )
    assert (link.kind, link.login, link.gives_account) == (LinkKind.INVITATION, login, False)


@pytest.mark.parametrize(
    "text",
    [
        f"Bonjour,\n1. Installez https://hacs.xyz/\n2. Ouvrez ce lien : {INVITATION}\n3. Voilà.",
        f"({INVITATION}).",
        f"« {INVITATION} »",
        f"<{INVITATION}>, from carol@other.test",
        f"https://coop.test/i/#{INVITATION}",
        f"https://coop.test/i/#{quote(INVITATION, safe='')}",
        INVITATION.replace(KEY, GROUPED) + " , see you!",
    ],
)
def test_a_link_is_found_with_words_around_it(text: str) -> None:
    assert find_link(text, NOW) == find_link(INVITATION, NOW)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("coop@coop.test", LinkKind.ADDRESS),
        ("my address is Coop@coop.test, write", LinkKind.ADDRESS),
        (Link(JID(COOP), "roster", fingerprint=KEY).written(), LinkKind.FRIEND),
        (Link(JID(COOP), "roster", fingerprint=KEY, token="Abc").written(), LinkKind.FRIEND),
        ("xmpp:coop.test?register;preauth=Abc", LinkKind.ACCOUNT),
        ("xmpp:coop@coop.test?register;preauth=Abc", LinkKind.ACCOUNT),
        ("coop.test", LinkKind.SERVER),
    ],
)
def test_what_a_link_is_good_for_is_told(text: str, kind: LinkKind) -> None:
    assert find_link(text, NOW).kind is kind


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not_a_link"),
        ("good morning", "not_a_link"),
        ("a b@coop..test", "not_a_link"),
        ("see https://coop.test/invite/abc", "invitation_page"),
        (f"xmpp:coop@coop.test?roster;key={KEY[:9]}", "cut_link"),
        ("xmpp:coop@coop.test?roster;until=2026", "cut_link"),
        ("xmpp:coop@coop.test?roster;account=coop.test;password=x", "cut_link"),
        ("xmpp:coop@coop.test?roster;account=b%40coop.test", "cut_link"),
        ("xmpp:coop@coop.test?roster;sen1=9", "newer_link"),
        (
            Link(JID(COOP), "roster", fingerprint=KEY, token="Abc", until=NOW).written(),
            "link_expired",
        ),
    ],
)
def test_a_text_without_a_link_that_is_good_says_why(text: str, reason: str) -> None:
    with pytest.raises(LinkRefused) as refusal:
        find_link(text, NOW)
    assert refusal.value.key == reason


ORGANISER = "coop@coop.test/sen1-1a2b"
COLLECTION = "3f6a0d5e5b0c4d7e"
TOKEN = "q3-Zt_8sWmB1kYxR7uNa5w"
COLLECTING = Link(
    JID(ORGANISER),
    "collect",
    collection=COLLECTION,
    token=TOKEN,
    fingerprint=KEY,
    name="Coop d'Ibis; 2",
    title="Our second roof & more",
    until=NOW + WEEK,
).written()


@pytest.mark.parametrize(
    "text",
    [
        COLLECTING,
        f"Bonjour,\nouvrez ce lien : {COLLECTING}, merci.",
        f"https://coop.test/i/#{quote(COLLECTING, safe='')}",
        COLLECTING.replace(KEY, GROUPED),
        COLLECTING.removesuffix(";sen1=0"),
        f"{COLLECTING};new=1",
    ],
)
def test_a_link_leads_to_a_collection_of_the_organisers_client(text: str) -> None:
    link = find_link(text, NOW)
    assert (link.kind, link.jid.full) == (LinkKind.COLLECTION, ORGANISER)
    assert (link.collection, link.token, link.fingerprint) == (COLLECTION, TOKEN, KEY)
    assert (link.name, link.title) == ("Coop d'Ibis; 2", "Our second roof & more")
    assert link.until == NOW + WEEK
    assert (link.gives_account, link.login) == (False, None)


def test_a_collections_link_may_leave_out_what_is_only_shown() -> None:
    link = parse_link(f"xmpp:{ORGANISER}?collect;id={COLLECTION};token={TOKEN};key={KEY}")
    assert link is not None
    assert (link.kind, link.name, link.title) == (LinkKind.COLLECTION, "", "")
    assert link.until is None


def test_of_a_title_in_a_link_no_more_is_taken_than_a_sheet_may_have() -> None:
    link = parse_link(COLLECTING.replace("title=", f"title={200 * 'a'}"))
    assert link is not None
    assert link.title == 80 * "a"


@pytest.mark.parametrize("link", [INVITATION, COLLECTING], ids=["invitation", "collection"])
@pytest.mark.parametrize(
    ("name", "shown"),
    [("a" * 200_000, "a" * 80), ("Coop\u202eooc\x1b", "Coopooc"), ("\u202e", "")],
    ids=["long", "turned around", "nothing else"],
)
def test_a_name_in_a_link_is_short_and_hides_nothing(link: str, name: str, shown: str) -> None:
    parsed = parse_link(re.sub(r"name=[^;]*", f"name={quote(name)}", link))
    assert parsed is not None
    assert parsed.name == shown


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        (f";id={COLLECTION}", ""),
        (COLLECTION, COLLECTION[1:]),
        (COLLECTION, COLLECTION.upper()),
        (f";token={TOKEN}", ""),
        (TOKEN, TOKEN[:9]),
        (TOKEN, TOKEN + "%2B"),
        (f";key={KEY}", ""),
        (KEY, KEY[:23]),
        ("/sen1-1a2b", ""),
        ("coop@", ""),
        ("until=2026", "until="),
    ],
)
def test_a_collections_link_that_lacks_a_part_is_refused(what: str, instead: str) -> None:
    assert what in COLLECTING
    with pytest.raises(LinkRefused) as refusal:
        parse_link(COLLECTING.replace(what, instead))
    assert refusal.value.key == "cut_link"


def test_a_collections_link_is_whole_or_refused_wherever_it_is_cut() -> None:
    whole = COLLECTING.index(KEY) + len(KEY)
    for end in range(COLLECTING.index("?collect") + len("?collect"), whole):
        with pytest.raises(LinkRefused):
            parse_link(COLLECTING[:end])
    for query in (";sen1=1", ";sen1="):
        with pytest.raises(LinkRefused) as refusal:
            parse_link(COLLECTING.removesuffix(";sen1=0") + query)
        assert refusal.value.key == "newer_link"


def test_a_collection_that_is_over_asks_nobody_any_more() -> None:
    with pytest.raises(LinkRefused) as refusal:
        find_link(COLLECTING, NOW + WEEK)
    assert refusal.value.key == "link_expired"
