"""A hostile friend: somebody who was accepted, knows the protocol by heart, and wants to do harm.

    async with raw_client(account) as client:
        friend = HostileFriend(client, house.jid, seed=1)
        await friend.befriend()
        await friend.run()

Each method of `HostileFriend` is a way to do harm, by itself in a test; `run` goes on with one
after the other, as its seed decides. All is written here as it goes over the wire: nothing of the
integration's own code would let it through.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
import random
import time
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from .raw_client import IQ, STREAMS, RawClient, raw_client

SEN1 = "urn:sen1:0"
QUOALISE = "urn:quoalise:0"
SENML = "urn:ietf:params:xml:ns:senml"
COMMANDS = "http://jabber.org/protocol/commands"
PUBSUB = "http://jabber.org/protocol/pubsub"
FORMS = "jabber:x:data"
STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"
PRESENCE = "{jabber:client}presence"

HUGE = ("1.7e308", "-1.7e308", "1e40", "1e999", "-INF", "NaN", "9" * 400)
"""Numbers that nothing can be."""

FILLING = 20_000

LONG = "'" * 4000
"""A text that is six times as long when slixmpp writes it."""

TIMES = (
    *("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
    *("2099-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z", "2026-02-30T12:00:00Z"),
)
CONDITIONS = ("bad-request", "internal-server-error", "not-authorized", "policy-violation")

FREQUENCY = ("urn:uuid:f_/frequency", "Hz", "name='frequency' unit='mHz'", "live")
INDEX = ("urn:uuid:i_/energy/index", "Wh", "name='active-energy-index' unit='Wh'", "live")
ENERGY = ("urn:uuid:e_/energy/PT10M", "Wh", "name='active-energy' unit='Wh' type='sum'", "PT10M")
"""Series of a friend: name, unit, attributes of the measurement, granularity."""


def stamp(at: float) -> str:
    """Return a time as identifiers of items write it."""
    text = datetime.fromtimestamp(round(at, 3), UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


def node_of(publication: str) -> str:
    """Return the node of a publication."""
    return f"urn:sen1:publication:0:{publication}"


def records(series: tuple[str, ...], values: list[tuple[str, str]]) -> str:
    """Return a pack of times and values, as they are."""
    name, unit, *_ = series
    base = f"bn='{name}' bu='{unit}'"
    written = "".join(
        f"<senml {'' if number else base} t='{at}' v='{value}'/>"
        for number, (at, value) in enumerate(values)
    )
    return f"<sensml xmlns='{SENML}'>{written}</sensml>"


class Hostile:
    """Do harm to one account, in one way after the other, as its seed decides."""

    WAYS: tuple[Callable[[Any], Awaitable[None] | None], ...] = ()

    def __init__(self, client: RawClient, victim: str, seed: int = 1) -> None:
        self.client = client
        self.victim = victim
        self.done: Counter[str] = Counter()
        """How often each way was gone."""
        self._chance = random.Random(seed)

    def tell(self, payload: str, kind: str = "normal") -> None:
        """Send a message to the victim."""
        self.client.send(f"<message type='{kind}' to='{self.victim}'>{payload}</message>")

    async def run(self) -> None:
        """Do harm until cancelled."""
        while True:
            way = self._chance.choice(self.WAYS)
            if (waiting := way(self)) is not None:
                await waiting
            self.done[way.__name__] += 1
            await self.client.handled()

    def _any[T](self, *choices: T) -> T:
        return self._chance.choice(choices)

    def own(self, name: str) -> str:
        """Return the id of a series of ours, the same each time."""
        return str(UUID(int=random.Random(name).getrandbits(128), version=4))


class HostileFriend(Hostile):
    """Do harm to one account, which took us for a friend."""

    def __init__(self, client: RawClient, victim: str, seed: int = 1) -> None:
        super().__init__(client, victim, seed)
        self.installation = ""
        """The full address of the victim's installation, once it is known."""
        self.heard: Counter[str] = Counter()
        """What came of the victim, by its name."""
        self.asked: list[Element] = []
        """Commands that were not answered."""
        self.answer: Callable[[Element], str | None] = lambda iq: None
        """What a command of the victim is answered with; None: nothing, and it is kept."""
        self.stolen: list[str] = []
        """Publications of others, to be granted as if they were ours."""
        self._present = asyncio.Event()
        client.on_stanza = self._hear

    # An ordinary friend

    async def befriend(self) -> None:
        """Agree to be friends, come, and wait until the victim's installation is there."""
        self.come()
        for kind in ("subscribe", "subscribed"):
            self.client.send(f"<presence type='{kind}' to='{self.victim}'/>")
        async with asyncio.timeout(60):
            await self._present.wait()

    def come(self, client: RawClient | None = None) -> None:
        """Be there, as an installation of SEN1."""
        capabilities = f"<c xmlns='http://jabber.org/protocol/caps' node='{SEN1}' hash='sha-1'"
        (client or self.client).send(f"<presence>{capabilities} ver='x'/></presence>")

    def go(self) -> None:
        """Be there no more."""
        self.client.send("<presence type='unavailable'/>")

    def fill(self, size: int) -> None:
        """Send so many bytes more, which nobody reads.

        The parsers on the way, expat all of them, look at a long tag again once as much has come
        after it.
        """
        for _ in range(size // FILLING + 1):
            self.tell(f"<x xmlns='y'>{' ' * FILLING}</x>")

    def command(self, node: str, fields: dict[str, str], session: str = "") -> str:
        """Return a command of Quoalise, or of the catalogue."""
        written = "".join(
            f"<field var={quoteattr(name)}><value>{escape(text)}</value></field>"
            for name, text in fields.items()
        )
        form = f"<x xmlns='{FORMS}' type='submit'>{written}</x>" if fields else ""
        kept = f" sessionid={quoteattr(session)}" if session else ""
        return f"<command xmlns='{COMMANDS}' node='{node}' action='execute'{kept}>{form}</command>"

    def grant(
        self,
        publication: str,
        series: tuple[str, ...] = INDEX,
        *,
        node: str | None = None,
        revision: int = 1,
        attributes: str = "",
        measurement: str = "",
    ) -> None:
        """Grant a series, with more attributes where they are given."""
        name, unit, measured, granularity = series
        node = quoteattr(node_of(publication) if node is None else node)
        self.tell(
            f"<grant xmlns='{SEN1}' publication='{publication}' node={node} state='active'"
            f" said='{stamp(time.time())}' {attributes}>"
            f"<publication id='{publication}' revision='{revision}' name='{name}' title='Roof'"
            f" granularity='{granularity}' unit='{unit}'/>"
            f"<measurement xmlns='{QUOALISE}' {measured} {measurement}/></grant>"
        )

    def withdraw(self, publication: str) -> None:
        """Take a series back, and have all of it erased."""
        now = time.time()
        self.tell(
            f"<grant xmlns='{SEN1}' publication='{publication}' state='withdrawn'"
            f" said='{stamp(now)}' erase-by='{stamp(now + 86400)}'/>"
        )

    def item(
        self,
        publication: str,
        series: tuple[str, ...],
        values: list[tuple[str, str]],
        *,
        item_id: str = "",
        attributes: str = "",
    ) -> str:
        """Return an item of a node; its id is the last time, unless it is another."""
        item_id = item_id or stamp(float(values[-1][0]))
        return (
            f"<item id='{item_id}'><quoalise xmlns='{QUOALISE}'><data><meta>"
            f"<publication xmlns='{SEN1}' id='{publication}' revision='1' {attributes}/></meta>"
            f"{records(series, values)}</data></quoalise></item>"
        )

    def push(self, publication: str, *items: str) -> None:
        """Send items as a node would push them."""
        self.tell(
            f"<event xmlns='{PUBSUB}#event'><items node='{node_of(publication)}'>"
            f"{''.join(items)}</items></event>",
            "headline",
        )

    async def publish(self, publication: str, item: str) -> Element:
        """Put an item on a node, from where the victim gets it."""
        options = {"access_model": "open", "max_items": "16", "persist_items": "true"}
        fields = "".join(
            f"<field var='pubsub#{name}'><value>{value}</value></field>"
            for name, value in options.items()
        )
        return await self.client.ask(
            "set",
            self.client.jid,
            f"<pubsub xmlns='{PUBSUB}'><publish node='{node_of(publication)}'>{item}</publish>"
            f"<publish-options><x xmlns='{FORMS}' type='submit'><field var='FORM_TYPE'>"
            f"<value>{PUBSUB}#publish-options</value></field>{fields}</x></publish-options>"
            "</pubsub>",
        )

    # Ways to do harm

    def say_what_nothing_can_be(self) -> None:
        """Push numbers that no arithmetic survives, of a series that is converted."""
        publication = self.own("frequency")
        self.grant(publication, FREQUENCY)
        at = f"{time.time():.3f}"
        self.push(publication, self.item(publication, FREQUENCY, [(at, self._any(*HUGE))]))

    def count_further_than_numbers_go(self) -> None:
        """Push an index that goes from the least number to the greatest."""
        publication = self.own("index")
        self.grant(publication)
        begin = time.time() - 86400 * self._chance.random()
        values = [(f"{begin + 3600 * n:.3f}", number) for n, number in enumerate(HUGE[1::-1])]
        self.push(publication, self.item(publication, INDEX, values))

    def ask_for_a_long_echo(self) -> None:
        """Ask what is answered with what was asked, in characters that grow when written."""
        command = self.command("get_history", {"identifier": "x"}, session=LONG)
        identifier = self.command("subscribe", {"identifier": "'" * 60_000})
        node = f"<query xmlns='http://jabber.org/protocol/disco#info' node=\"{LONG}\"/>"
        payload, iq_id = self._any(
            (command, "1"), (identifier, "2"), (node, "3"), ("<x xmlns='y'/>", "'" * 60_000)
        )
        kind = "get" if payload in (node, "<x xmlns='y'/>") else "set"
        self.client.send(
            f"<iq type='{kind}' id=\"{iq_id}\" to='{self.installation}'>{payload}</iq>"
        )
        self.fill(6 * (len(payload) + len(iq_id)))

    def grant_a_long_node(self) -> None:
        """Grant a node whose name grows when it is asked for."""
        self.grant(self.own("long"), node=LONG)
        self.fill(8 * len(LONG))

    def grant_what_is_heavy(self) -> None:
        """Grant what takes a lot to remember, in each of its places."""
        filling = "x" * 60_000
        many = " ".join(f"a{number}='{'x' * 200}'" for number in range(200))
        self.grant(
            self.own("heavy"),
            attributes=self._any("", f"purpose='{filling}'", f"reason='{filling}'"),
            measurement=self._any(many, f"phase='{filling}'", f"{'a' * 20_000}='1'"),
        )
        self.fill(4 * len(filling))

    def grant_what_is_anothers(self) -> None:
        """Grant the publications of others as if they were ours, and take them back."""
        for publication in self.stolen:
            self.grant(publication)
            at = f"{time.time():.3f}"
            self.push(publication, self.item(publication, INDEX, [(at, "666")]))
            self.withdraw(publication)

    def grant_ever_more(self) -> None:
        """Grant series after series."""
        for _ in range(20):
            publication = str(UUID(int=self._chance.getrandbits(128), version=4))
            self.grant(publication, self._any(FREQUENCY, INDEX, ENERGY))

    def withdraw_what_was_granted(self) -> None:
        """Take series back, also such as were never granted."""
        self.withdraw(self.own(self._any("frequency", "index", "periods", "never")))

    def tell_of_other_times(self) -> None:
        """Speak of times at which nothing was measured, wherever a time is told."""
        publication = self.own("index")
        at = self._any(*TIMES)
        key = self._any("from", "until", "erase-by")
        self.grant(publication, revision=self._chance.randrange(9), attributes=f"{key}='{at}'")
        late = self._any("253402300799", "-62135596800", "1e18", f"{time.time() + 290:.3f}")
        known = self._any("after", "owed-from")
        item = self.item(
            publication,
            INDEX,
            [(late, "1")],
            item_id=self._any(at, stamp(time.time())),
            attributes=f"{known}='{at}'",
        )
        self.push(publication, item)

    def leave_holes(self) -> None:
        """Push what came after what nobody has, so that the past is asked for again and again."""
        publication = self.own(self._any("index", "periods"))
        series = INDEX if publication == self.own("index") else ENERGY
        begin = time.time() - 365 * 86400 * self._chance.random() // 600 * 600
        self.grant(publication, series, attributes=f"from='{stamp(begin)}'")
        at = time.time() // 600 * 600
        item = self.item(
            publication, series, [(f"{at}", "5")], attributes=f"after='{stamp(begin)}'"
        )
        self.push(publication, item)

    async def let_it_be_fetched(self) -> None:
        """Put on a node what is asked for there."""
        publication = self.own("frequency")
        at = f"{time.time():.3f}"
        await self.publish(publication, self.item(publication, FREQUENCY, [(at, self._any(*HUGE))]))
        self.grant(publication, FREQUENCY)

    def push_without_end(self) -> None:
        """Push states as fast as the servers take them."""
        publication = self.own("frequency")
        self.grant(publication, FREQUENCY)
        now = time.time()
        for number in range(200):
            value = (f"{now + number / 1000:.3f}", str(50 + self._chance.random()))
            self.push(publication, self.item(publication, FREQUENCY, [value]))

    def push_much(self) -> None:
        """Push as many records at once as are taken, and more."""
        publication = self.own("index")
        self.grant(publication)
        now = time.time()
        count = self._any(1000, 1001)
        values = [(f"{now - 144_000 * (count - n) / count:.3f}", str(n)) for n in range(count)]
        self.push(publication, self.item(publication, INDEX, values))

    def come_and_go(self) -> None:
        """Come and go, so that all that is told to who comes is told again."""
        for _ in range(10):
            self.go()
            self.come()

    async def come_with_another_client(self) -> None:
        """Come with one client more, and let it go without a word."""
        name = f"phone{self._chance.randrange(10_000)}"
        async with raw_client(self.client.account, name) as other:
            self.come(other)
            await other.handled()

    def make_friends_again(self) -> None:
        """End the friendship and begin it again."""
        kind = self._any("subscribe", "subscribed", "subscribe", "subscribed", "error", "probe")
        self.client.send(f"<presence type='{kind}' to='{self.victim}'/>")

    def speak_older_dialects(self) -> None:
        """Send what older nodes send, though we are none."""
        values = records(INDEX, [(self._any("253402300799", "0"), self._any(*HUGE))])
        pushed = f"<quoalise xmlns='{QUOALISE}'><data><meta/>{values}</data></quoalise>"
        message = (
            "<Sen1Message xmlns='http://xmpp.rocks'><username>u</username><name>n</name>"
            "<type>dt_numeric</type><applicationSrc>a</applicationSrc>"
            "<applicationDst>b</applicationDst><Sen1Datas><Sen1Data>"
            "<value>1e999</value><timestamp>9999-12-31T23:59:59</timestamp></Sen1Data></Sen1Datas>"
            "</Sen1Message>"
        )
        consent = "<x xmlns='https://consometers.org/dataconnect#authorize'/>"
        self.tell(self._any(pushed, message, consent), self._any("normal", "chat"))

    def speak_of_grants(self) -> None:
        """Say of grants, requests and invitations what was never so."""
        publication = quoteattr(self._any(self.own("index"), "", LONG, *self.stolen))
        state = self._any("active", "withdrawn", "refused", "granted", "x")
        word = self._any(
            f"<grant-seen xmlns='{SEN1}' publication={publication} state='{state}'"
            f" until='{self._any(*TIMES)}'/>",
            f"<decision xmlns='{SEN1}' publication={publication} state='{state}'/>",
            f"<erased xmlns='{SEN1}' publication={publication}/>",
            f"<invited xmlns='{SEN1}' token=\"{LONG}\"/>",
        )
        self.tell(word)
        self.fill(8 * len(LONG))

    def ask_for_everything(self) -> None:
        """Ask for the past, the catalogue and access, more often than anybody needs."""
        for _ in range(10):
            command = self._any(
                self.command("list", {}),
                self.command(
                    "request_access",
                    {
                        "publication": self._any("", *self.stolen),
                        "purpose": self._any("display", "'" * 9000),
                        "until": self._any(*TIMES),
                    },
                ),
                self.command(
                    "get_history",
                    {
                        "identifier": self._any("x", LONG),
                        "start_time": self._any(*TIMES),
                        "end_time": self._any(*TIMES),
                    },
                ),
                self.command("get_history", {}),
                self.command("unknown", {"": ""}),
            )
            self.client.send(f"<iq type='set' id='many' to='{self.installation}'>{command}</iq>")

    def speak_as_a_server(self) -> None:
        """Send what only a server may, and what nobody sends."""
        roster = f"<query xmlns='jabber:iq:roster'><item jid='{self.client.jid}'/></query>"
        block = f"<block xmlns='urn:xmpp:blocking'><item jid='{self.victim}'/></block>"
        features = f"<features xmlns='{STREAMS}'/>"
        self.client.send(
            f"<iq type='set' id='push' to='{self.installation}'>"
            f"{self._any(roster, block, features)}</iq>"
        )

    def answer_at_random(self) -> None:
        """Answer what was asked, late and with whatever."""
        for iq in self.asked:
            self._reply(iq, self.answer_of(iq))
        self.asked.clear()

    def answer_of(self, _iq: Element) -> str:
        """Return one of the answers that nobody should be given."""
        if self._chance.random() < 0.3:
            return f"<error type='cancel'><{self._any(*CONDITIONS)} xmlns='{STANZAS}'/></error>"
        now = time.time()
        count, number = self._any((0, "1"), (1, self._any(*HUGE)), (300, "2"), (5001, "3"))
        values = [(f"{now - 600 * (count - n):.3f}", number) for n in range(count)]
        return self.past(self._any(INDEX, ENERGY), values)

    def past(self, series: tuple[str, ...], values: list[tuple[str, str]]) -> str:
        """Return the answer to who asks for the past."""
        return (
            f"<command xmlns='{COMMANDS}' status='completed'><quoalise xmlns='{QUOALISE}'><data>"
            f"<meta/>{records(series, values)}</data></quoalise></command>"
        )

    WAYS = (
        say_what_nothing_can_be,
        count_further_than_numbers_go,
        ask_for_a_long_echo,
        grant_a_long_node,
        grant_what_is_heavy,
        grant_what_is_anothers,
        grant_ever_more,
        withdraw_what_was_granted,
        tell_of_other_times,
        leave_holes,
        let_it_be_fetched,
        push_without_end,
        push_much,
        come_and_go,
        come_with_another_client,
        make_friends_again,
        speak_older_dialects,
        speak_of_grants,
        ask_for_everything,
        speak_as_a_server,
        answer_at_random,
    )

    def _hear(self, stanza: Element) -> None:
        sender = stanza.get("from", "")
        if sender.partition("/")[0] != self.victim:
            return
        self.heard[stanza.tag.rpartition("}")[2]] += 1
        if stanza.tag == PRESENCE and stanza.get("type") is None:
            self.installation = sender
            self._present.set()
        elif stanza.tag == IQ and stanza.get("type") in ("get", "set"):
            if (answer := self.answer(stanza)) is None:
                self.asked.append(stanza)
            else:
                self._reply(stanza, answer)

    def _reply(self, iq: Element, payload: str) -> None:
        kind = "error" if payload.startswith("<error") else "result"
        to = f"id={quoteattr(iq.get('id', ''))} to={quoteattr(iq.get('from', ''))}"
        self.client.send(f"<iq type='{kind}' {to}>{payload}</iq>")
