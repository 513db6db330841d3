"""A hostile member of a collection, and a hostile organiser of another: households with keys.

    member = HostileMember(client, coop.jid, link, seed=1)
    await member.begin()
    await member.run()

As `hostile_friend`, whose ways they go beside. What they say is signed as it should be, by keys of
their own: it is believed whose it is, and nothing else is.
"""

import os
import time
from xml.etree.ElementTree import Element, fromstring, tostring
from xml.sax.saxutils import escape, quoteattr

from slixmpp import JID

from custom_components.sen1.protocol.collecting.collection import COLLECT
from custom_components.sen1.protocol.links import Link
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.trust.identity import (
    IDENTITY_ITEM,
    IDENTITY_NODE,
    identity_to_element,
    keys_to_element,
)
from custom_components.sen1.protocol.trust.keys import KEY_BYTES, Keys
from custom_components.sen1.protocol.trust.kinds import TRUST, StatementKind
from custom_components.sen1.protocol.trust.packing import packed
from custom_components.sen1.protocol.trust.signed import Statement, sign, signed_in, verified
from custom_components.sen1.protocol.trust.verify_journal import to_text
from custom_components.sen1.protocol.trust.wire import signed_command, signed_part

from .hostile_friend import COMMANDS, FORMS, PUBSUB, QUOALISE, SEN1, Hostile, node_of, stamp
from .raw_client import IQ, RawClient

NAMES = ("Anne Riou", "\u202euoiR ennA", "Anne\u2028Riou", "A" * 10_000, "=1+2", "[x](http://x)")
"""What somebody calls itself, to be taken for another, or to break what shows it."""

BOMB = 900_000
"""Bytes that deflate into almost none."""


class HostileHousehold(Hostile):
    """Say what is signed by keys of its own."""

    def __init__(self, client: RawClient, victim: str, seed: int = 1) -> None:
        super().__init__(client, victim, seed)
        self.keys = Keys(os.urandom(KEY_BYTES), os.urandom(KEY_BYTES))
        self.jid = BareJid(client.jid)

    async def begin(self) -> None:
        """Publish its keys, for whoever looks."""
        statement = Statement(self.jid, time.time(), keys_to_element(self.keys.public))
        signed = sign(self.keys, StatementKind.IDENTITY, statement)
        identity = tostring(identity_to_element(signed, ()), encoding="unicode")
        await self.publish(IDENTITY_NODE, IDENTITY_ITEM, identity)

    async def publish(self, node: str, item_id: str, payload: str) -> None:
        """Put an item on a node of its own that everybody may read."""
        options = (
            f"<x xmlns='{FORMS}' type='submit'><field var='FORM_TYPE'>"
            f"<value>{PUBSUB}#publish-options</value></field><field var='pubsub#access_model'>"
            "<value>open</value></field></x>"
        )
        await self.client.ask(
            "set",
            self.client.jid,
            f"<pubsub xmlns='{PUBSUB}'><publish node='{node}'><item id='{item_id}'>{payload}</item>"
            f"</publish><publish-options>{options}</publish-options></pubsub>",
        )

    def signed(self, kind: str, payload: str, *, is_packed: bool = False, about: str = "") -> str:
        """Return what is said to the victim, signed, whatever it is."""
        about = f" about={quoteattr(about)}" if about else ""
        written = (
            f"<statement xmlns='{TRUST}' from='{self.jid}' to='{self.victim}'{about}"
            f" said='{stamp(time.time())}'>{payload}</statement>"
        ).encode()
        attributes = " packed='0'" if is_packed else ""
        return (
            f"<signed xmlns='{TRUST}' kind='{kind}' key='{to_text(self.keys.public.signing)}'"
            f" signature='{to_text(self.keys.sign(kind, written))}'{attributes}>"
            f"{to_text(packed(written) if is_packed else written)}</signed>"
        )

    def say(self, kind: str, payload: str) -> None:
        """Say something to the victim."""
        self.tell(self.signed(kind, payload))

    def inflate(self) -> None:
        """Say of each kind what is small on the wire, and a thousand times as long once read."""
        payload = f"<x xmlns='y'>{' ' * BOMB}</x>"
        for kind in StatementKind:
            self.tell(self.signed(kind, payload, is_packed=True))

    def say_what_nobody_signed(self) -> None:
        """Say what bears a signature of something else."""
        kind = self._any(*StatementKind)
        said, other = self.signed(kind, "<x xmlns='y'/>"), self.signed(kind, "<z xmlns='y'/>")
        first, last = said.index(">"), other.index(">")
        self.tell(said[:first] + other[last:])

    def grant_what_is_long(self) -> None:
        """Grant what takes a lot to remember."""
        for number in range(4):
            self.say(
                "grant",
                f"<grant xmlns='{SEN1}' publication='{self.own(str(number))}' state='active'"
                f" node='{node_of(self.own(str(number)))}' said='{stamp(time.time())}'>"
                f"<publication id='{self.own(str(number))}' revision='1' name='urn:uuid:x_/energy'"
                f" title='{'x' * 100}' granularity='PT30M' unit='Wh'/><measurement"
                f" xmlns='{QUOALISE}' name='active-energy' unit='Wh' type='sum' phase='"
                f"{'x' * self._any(1_000, 10_000, 60_000)}'/></grant>",
            )

    def acknowledge_without_end(self) -> None:
        """Say that one has seen, and erased, what one was never granted."""
        for number in range(50):
            seen = f"publication='{self.own(str(number))}'"
            self.say("grant-seen", f"<grant-seen xmlns='{SEN1}' {seen} state='active'/>")
            self.say("erased", f"<erased xmlns='{SEN1}' {seen}/>")


class HostileMember(HostileHousehold):
    """Come with the link of a collection of the victim's, and go, and come again."""

    def __init__(self, client: RawClient, victim: str, link: Link, seed: int = 1) -> None:
        super().__init__(client, victim, seed)
        self._link = link

    def join(self, name: str = "", token: str = "") -> None:
        """Say that one takes part."""
        self.say(
            "joined",
            f"<joined xmlns='{SEN1}' collection='{self._link.collection}'"
            f" token='{token or self._link.token}' address='{self.client.address}' charter='1'"
            f" name={quoteattr(name or 'Eve')}><gives what='consumption'"
            f" publication='{self.own('consumption')}'/></joined>",
        )

    def leave(self) -> None:
        """Say that one takes part no more."""
        self.say("left", f"<left xmlns='{SEN1}' collection='{self._link.collection}'/>")

    def come_and_go(self) -> None:
        """Come, cost as much as may be, and go, so that all begins anew."""
        for _ in range(5):
            self.join()
            self.grant_what_is_long()
            self.leave()

    def be_called_otherwise(self) -> None:
        """Take the name of somebody else, or one that breaks what shows it."""
        self.join(self._any(*NAMES))

    def guess_the_secret(self) -> None:
        """Join with secrets that are none."""
        for number in range(20):
            self.join(token=f"{number:016}")

    def join_empty(self) -> None:
        """Say that one joins, and nothing else: it costs an allowance before it is read."""
        for _ in range(50):
            self.tell(f"<signed xmlns='{TRUST}' kind='joined'/>")

    WAYS = (
        join,
        leave,
        come_and_go,
        be_called_otherwise,
        guess_the_secret,
        join_empty,
        HostileHousehold.inflate,
        HostileHousehold.say_what_nobody_signed,
        HostileHousehold.grant_what_is_long,
        HostileHousehold.acknowledge_without_end,
    )


class HostileOrganiser(HostileHousehold):
    """Organise a collection in which the victim takes part."""

    COLLECTION = "0123456789abcdef"
    TOKEN = "t" * 24

    def __init__(self, client: RawClient, victim: str, seed: int = 1) -> None:
        super().__init__(client, victim, seed)
        client.on_stanza = self._hear
        self._revision = 1

    @property
    def link(self) -> str:
        """The link of its collection."""
        return Link(
            JID(self.client.address),
            "collect",
            collection=self.COLLECTION,
            token=self.TOKEN,
            fingerprint=self.keys.public.fingerprint,
            name="Mallory",
            title="Roofs",
            until=time.time() + 86400,
        ).written()

    def sheet(self, charter: str = "We tell nobody.", title: str = "Roofs", number: int = 0) -> str:
        """Return what its collection is."""
        known = f" number='{number}'" if number else ""
        return (
            f"<collection xmlns='{SEN1}' id='{self.COLLECTION}' revision='{self._revision}'"
            f" title={quoteattr(title)} purpose='investment' retention='P365D'{known}"
            f" until='{stamp(time.time() + 86400)}'><reason>Roofs</reason>"
            "<responsible contact='m@mallory.test'>Mallory</responsible>"
            "<ask what='consumption' granularity='P1D'/>"
            f"<charter version='1' said='{stamp(time.time())}'>{escape(charter)}</charter>"
            "</collection>"
        )

    def change_the_sheet(self) -> None:
        """Tell another sheet, and another, each with all that is written to the disk."""
        for _ in range(20):
            self._revision += 1
            self.say("collection", self.sheet("x" * 10_000, self._any("Roofs", *NAMES[:3]), 1))

    def change_the_charter_alone(self) -> None:
        """Tell another text of the charter, under the version that was agreed to."""
        self.say("collection", self.sheet("We tell everybody.", number=1))

    def write_without_end(self) -> None:
        """Write note after note."""
        for _ in range(20):
            text = self._any("x" * 2_000, *NAMES)
            self.say(
                "note",
                f"<note xmlns='{SEN1}' collection='{self.COLLECTION}'>{escape(text)}</note>",
            )

    def tell_shares_without_end(self) -> None:
        """Say again and again what the victim is said to hold."""
        for _ in range(20):
            self._revision += 1
            self.say(
                "register",
                f"<register xmlns='{SEN1}' collection='{self.COLLECTION}'"
                f" revision='{self._revision}'><holding project='{self.own('roof')}' title='Roof'"
                f" shares='{self._revision}'/><news project='{self.own('roof')}'"
                f" said='{stamp(time.time())}'>{'x' * 500}</news></register>",
            )

    def give_back_boards(self) -> None:
        """Push boards as often as may be, with texts that no JSON can hold."""
        self.grant_board()
        for number in range(20):
            self.push_board(self._any("\\ud800", "\\u202e", "Anne"), number / 1000)

    def grant_board(self) -> None:
        """Grant the ranking of the collection."""
        publication = self.own("board")
        self.say(
            "grant",
            f"<grant xmlns='{SEN1}' publication='{publication}' state='active'"
            f" node='{node_of(publication)}' said='{stamp(time.time())}'><publication"
            f" id='{publication}' revision='1' name='urn:uuid:{publication}_measurement/board/P1D'"
            f" title='Board' granularity='P1D'/><measurement xmlns='{QUOALISE}' name='board'"
            " quantity='board'/></grant>",
        )

    def push_board(self, title: str, later: float = 0.0) -> None:
        """Push a ranking with a title, as it stands in JSON, some seconds later than now."""
        publication, at = self.own("board"), round(time.time() + later, 3)
        node, item_id = node_of(publication), stamp(at)
        board = (
            f'{{"kind":"ranking","collection":"{self.COLLECTION}","title":"{title}",'
            f'"unit":"kWh/m²","at":{at:.3f},"value":3,"count":5,"homes":'
            '{"number":[1,2,3,4,5],"value":[1,2,3,4,5],"rank":[1,2,3,4,5]}}'
        )
        item = (
            f"<quoalise xmlns='{QUOALISE}'><data><meta><publication xmlns='{SEN1}'"
            f" id='{publication}' revision='1'/></meta><sensml"
            " xmlns='urn:ietf:params:xml:ns:senml'><senml"
            f" bn='urn:uuid:{publication}_measurement/board/P1D' bt='{at:.3f}'"
            f" vs={quoteattr(board)}/></sensml></data></quoalise>"
        )
        statement = Statement(self.jid, at, fromstring(item), node=node, item=item_id)
        signed = tostring(sign(self.keys, StatementKind.ITEM, statement), encoding="unicode")
        self.tell(
            f"<event xmlns='{PUBSUB}#event'><items node='{node}'><item id='{item_id}'>{signed}"
            "</item></items></event>",
            "headline",
        )

    WAYS = (
        change_the_sheet,
        change_the_charter_alone,
        write_without_end,
        tell_shares_without_end,
        give_back_boards,
        HostileHousehold.inflate,
        HostileHousehold.say_what_nobody_signed,
        HostileHousehold.grant_what_is_long,
        HostileHousehold.acknowledge_without_end,
    )

    def _hear(self, stanza: Element) -> None:
        command = stanza.find(f"{{{COMMANDS}}}command")
        if stanza.tag != IQ or stanza.get("type") != "set" or command is None:
            return
        if command.get("node") != COLLECT or (asked := signed_part(command)) is None:
            return
        signed = signed_in(asked)
        about = verified(signed, signed.key).about
        answer = fromstring(
            f"<command xmlns='{COMMANDS}' node='{COLLECT}' sessionid='{about}' status='completed'>"
            f"{self.sheet()}</command>"
        )
        said = Statement(self.jid, time.time(), answer, to=BareJid(self.victim), about=about)
        outer = signed_command(answer, sign(self.keys, StatementKind.COLLECTION, said))
        self.client.send(
            f"<iq type='result' id={quoteattr(stanza.get('id', ''))}"
            f" to={quoteattr(stanza.get('from', ''))}>{tostring(outer, encoding='unicode')}</iq>"
        )
