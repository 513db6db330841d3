"""A home of the federation: a meter, a Home Assistant and an account, joined by our integration.

Everything is made as its owner would make it: through the pages' own flows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
import re
from typing import Any

from custom_components.sen1.linky.labels.contracts import CONTRACTS
from custom_components.sen1.linky.labels.periods import PTEC_OPTIONS
from custom_components.sen1.linky.labels.table import TOTAL

from .envoy import SimulatedGateway
from .home_assistant import FlowError, HomeAssistant, Json
from .tic_meter import Transmitter
from .waiting import until
from .xmpp import XmppServer

DOMAIN = "sen1"

PRODUCTION = "production_power"
"""What is shared of a gateway, by its key; no label of a meter."""

SHOWN_AS_SAID = re.compile(
    r"total|ISOUSC|BASE|HCH.|EJPH.+|BBR.+|PTEC|IINST.?|PAPP|EAST|EASF..|EAIT|IRMS.|PREF"
    r"|SINST.+|NTARF|EAP_s_.+|PTCOUR1|PS|PA1MN"
)
"""Keys of sensors that are on, and whose state is what a label says."""


ENERGIES = {"SINSTS", "EAST", "SINSTI", "EAIT"}
"""What a balance is made of: a group that a busy line lost has its sensor at the next frame."""


@dataclass(frozen=True)
class Series:
    """A sensor of a meter, published."""

    label: str
    """The meter's label, or `total`, or `production_power`."""
    entity_id: str
    publication: str
    """The publication's own id: grants, nodes and the friend's entities carry it."""


@dataclass(frozen=True)
class Followed:
    """What a friend's Home Assistant shows of a series."""

    reading: str
    status: str


class Home:
    """One side of an exchange."""

    def __init__(
        self,
        home_assistant: HomeAssistant,
        server: XmppServer,
        user: str,
        meter: Transmitter,
        *,
        direction: str,
        gateway: SimulatedGateway | None = None,
        port: int | None = None,
        name: str | None = None,
    ) -> None:
        """Make an account on a running server; `direction` is `consumption` or `production`.

        `port` is one that leads to the server's own; `name` what friends call this home, if not as
        its Home Assistant.
        """
        self.home_assistant = home_assistant
        self.name = name or home_assistant.name
        self.server = server
        self.user = user
        account = server.register(user)
        self.account = replace(account, port=port or account.port)
        self.meter = meter
        self.direction = direction
        self.gateway = gateway
        """Of its solar panels, if there are any."""
        self.series: dict[str, Series] = {}
        """What is published and said by meter or gateway, by label."""
        self.figures: dict[str, Series] = {}
        """What is published and was worked out, by a name of one's own."""
        self._meter_entry = ""
        self._gateway_entry = ""
        self._account_entry = ""
        self._friends: dict[str, str] = {}
        """By address, the subentry of a friend."""

    async def add_meter(self, port: str) -> None:
        """Add the meter that speaks on a port."""
        entry = await self.home_assistant.add(
            DOMAIN, {"next_step_id": "linky"}, {"serial_port": port}, {}
        )
        self._meter_entry = entry["entry_id"]

    async def add_gateway(self) -> None:
        """Add the gateway of the panels, with its token pasted."""
        assert self.gateway is not None
        entry = await self.home_assistant.add(
            DOMAIN,
            {"next_step_id": "enphase"},
            {"host": self.gateway.host},
            {"next_step_id": "enphase_token"},
            {"token": self.gateway.token},
        )
        self._gateway_entry = entry["entry_id"]

    async def add_another_meter(self, port: str, name: str) -> dict[str, str]:
        """Add the meter of another building; return its sensors by label."""
        entry = await self.home_assistant.add(
            DOMAIN, {"next_step_id": "linky"}, {"serial_port": port}, {"name": name}
        )
        rows = await self.home_assistant.entities(entry["entry_id"])
        return {row["unique_id"].partition("_")[2]: row["entity_id"] for row in rows}

    async def add_home(self, form: Json, contract: Sequence[Json]) -> Json:
        """Add the entry of a home or a building, and its contract; return the entry."""
        return await add_site(self.home_assistant, form, contract)

    async def import_past(self, name: str, content: str) -> str:
        """Import a file under a name, on the page; return the statistic it becomes."""
        return await import_past(self.home_assistant, name, content)

    async def pace_meter(self, *, interval_s: float, step: float) -> None:
        """Have each small move of the meter written after `interval_s`, a step (VA) at once."""
        await self.home_assistant.set_options(
            self._meter_entry, {"interval": interval_s, "step": step}
        )

    async def add_account(self) -> None:
        """Add the sharing account."""
        account = self.account
        server = {"host": account.host, "port": account.port, "ca": account.ca}
        entry = await self.home_assistant.add(
            DOMAIN,
            {"next_step_id": "account"},
            {
                "name": self.name,
                "where": "own",
                "own": {"jid": account.jid, "password": account.password},
                "advanced": server,
            },
        )
        self._account_entry = entry["entry_id"]

    async def publish_meter(
        self, labels: Collection[str] | None = None, details: Json | None = None
    ) -> None:
        """Publish each sensor of the meter, or of these labels, that shows what one label says.

        `details` are answers of the form.
        """
        said = self.meter.truth.keys() & ENERGIES

        async def listed() -> list[Json] | None:
            rows = await self.home_assistant.entities(self._meter_entry)
            return rows if said <= {_label(row) for row in rows} else None

        for row in await until(listed, f"the meter of {self.name} has its sensors"):
            label, entity_id = _label(row), row["entity_id"]
            is_shown = entity_id.startswith("sensor.") and SHOWN_AS_SAID.fullmatch(label)
            is_wanted = labels is None or label in labels
            if is_wanted and is_shown and self.truth(label) is not None:
                await self.publish(label, entity_id, details=details)

    async def gateway_entities(self) -> list[Json]:
        """Return the registry's rows of what the gateway tells."""
        return await self.home_assistant.entities(self._gateway_entry)

    async def publish_production(self) -> None:
        """Publish what the panels give."""
        assert self.gateway is not None
        for row in await self.gateway_entities():
            if row["unique_id"] == f"{self.gateway.serial}_{PRODUCTION}":
                await self.publish(PRODUCTION, row["entity_id"], "production")

    async def publish(
        self,
        label: str,
        entity_id: str,
        direction: str | None = None,
        details: Json | None = None,
    ) -> None:
        """Publish a sensor, under a label of one's own."""
        self.series[label] = await self._publish(label, entity_id, direction, details or {})

    async def publish_figure(self, name: str, entity_id: str, **details: Any) -> None:
        """Publish a sensor of no label, with further answers to the form's second page."""
        self.figures[name] = await self._publish(name, entity_id, None, details)

    async def _publish(
        self, label: str, entity_id: str, direction: str | None, details: Json
    ) -> Series:
        state = self.home_assistant.states[entity_id]
        answer = {
            "title": state["attributes"]["friendly_name"],
            "direction": direction or self.direction,
            "interval_s": 1,
            **details,
        }
        subentry = await self.home_assistant.add_subentry(
            self._account_entry, "publication", {"entity": entity_id}, answer
        )
        return Series(label, entity_id, subentry["unique_id"])

    async def describe(self, label: str, project: Json) -> None:
        """Say what the plant behind a series is."""
        publication = self.series[label].publication
        for subentry in await self.home_assistant.command(
            "config_entries/subentries/list", entry_id=self._account_entry
        ):
            if subentry["unique_id"] == publication:
                answer = {"title": subentry["title"], "interval_s": 1, "project": project}
                await self.home_assistant.reconfigure_subentry(
                    self._account_entry, "publication", subentry["subentry_id"], answer
                )

    async def add_data_node(self, address: str, name: str, *identifiers: str) -> Json:
        """Have a data node asked for series; return the subentry."""
        answer = {"address": address, "name": name, "identifiers": "\n".join(identifiers)}
        return await self.home_assistant.add_subentry(
            self._account_entry, "friend", {"next_step_id": "data_node"}, answer
        )

    async def add_shares(self, *answers: Json) -> Json:
        """Add a part of a friend's project; return the subentry."""
        return await self.home_assistant.add_subentry(self._account_entry, "shareholding", *answers)

    async def add_ranking(self, name: str, members: Collection[str], mine: str) -> Json:
        """Rank one's own figure among others; return the subentry."""
        answer = {"name": name, "members": list(members), "mine": mine, "names": True}
        return await self.home_assistant.add_subentry(self._account_entry, "ranking", answer)

    async def add_group(self, name: str, members: Collection[str]) -> Json:
        """Add sensors up; return the subentry."""
        answer = {"name": name, "members": list(members), "operation": "sum"}
        return await self.home_assistant.add_subentry(self._account_entry, "group", answer)

    async def account_entities(self) -> dict[str, str]:
        """Return the entities of the account by unique id."""
        rows = await self.home_assistant.entities(self._account_entry)
        return {row["unique_id"]: row["entity_id"] for row in rows}

    async def trust(self) -> Json:
        """Return what the Sharing page knows of the account's keys and days."""
        accounts = (await self.home_assistant.command("sen1/trust"))["accounts"]
        told: Json = next(one for one in accounts if one["entry_id"] == self._account_entry)
        return told

    async def journal_verdict(self) -> Json:
        """Return what a verification of the account's journal finds."""
        verdict: Json = await self.home_assistant.command(
            "sen1/verify_journal", entry_id=self._account_entry
        )
        return verdict

    async def lose_keys(self) -> None:
        """Make the account's keys anew, as where one was set up again without its backup."""
        storage = self.home_assistant.folder / ".storage"
        (storage / f"{DOMAIN}.{self._account_entry}.keys").unlink()
        path = f"/api/config/config_entries/entry/{self._account_entry}/reload"
        await self.home_assistant.request("POST", path, {})

    async def grant(
        self,
        friend: Home,
        labels: Collection[str],
        *,
        since: date | None = None,
        by_link: bool = False,
    ) -> None:
        """Let a friend receive the series of these labels and no other, for a year.

        What is granted newly is granted from a day on, or from now. A friend who is added by its
        link, which tells its key, is verified; by its address, seen.
        """
        link = (await friend.trust())["link"] if by_link else None
        await self.befriend(friend.account.jid, friend.name, labels, since=since, link=link)

    async def befriend(
        self,
        jid: str,
        name: str,
        labels: Collection[str] = (),
        *,
        since: date | None = None,
        purpose: str = "display",
        link: str | None = None,
    ) -> str:
        """Let who has an address, or a link, receive the series of these labels.

        Return the subentry's id.
        """
        shared = self.series | self.figures
        answer = {
            "name": name,
            "publications": [shared[label].publication for label in labels],
            "until": (datetime.now(UTC) + timedelta(days=365)).date().isoformat(),
            "purpose": purpose,
            **({} if since is None else {"since": since.isoformat()}),
        }
        if jid in self._friends:
            await self.home_assistant.reconfigure_subentry(
                self._account_entry,
                "friend",
                self._friends[jid],
                {"next_step_id": "grants"},
                answer,
            )
        else:
            subentry = await self.home_assistant.add_subentry(
                self._account_entry,
                "friend",
                {"next_step_id": "address"},
                {**answer, "jid": link or jid},
                # Whose link it is, and which key, is shown first.
                *([] if link is None else [{}]),
            )
            self._friends[jid] = subentry["subentry_id"]
        return self._friends[jid]

    async def invite(self, label: str, labels: Collection[str], *asks: Json) -> str:
        """Make the link that invites a family, which is offered series; return it."""
        shared = self.series | self.figures
        answer = await self.home_assistant.command(
            "sen1/invite",
            entry_id=self._account_entry,
            label=label,
            offers=[],
            series=[shared[label].publication for label in labels],
            asks=list(asks),
        )
        return next(
            str(one["link"])
            for account in answer["accounts"]
            for one in account["invitations"]
            if one["id"] == answer["id"]
        )

    async def add_collection(self, *answers: Json) -> Json:
        """Ask many for something, by the pages of a collection; return the subentry."""
        return await self.home_assistant.add_subentry(self._account_entry, "friend", *answers)

    async def open_collection(self, link: str) -> None:
        """Open the link of a collection, as on the page that then asks to take part."""
        await self.home_assistant.command(
            "sen1/open_collection", entry_id=self._account_entry, link=link
        )

    async def join_collection(self, offer: Json, **answers: Any) -> None:
        """Take part in a collection without giving it any series, as on that page."""
        await self.home_assistant.command(
            "sen1/join_collection",
            offer_id=offer["offer_id"],
            gives={},
            name="",
            charter_id=offer["sheet"]["charter_id"],
            **answers,
        )

    async def followed(self, friend: Home, labels: Collection[str]) -> dict[str, Followed]:
        """Return the entities that a friend's series have become here, once all are there."""

        shared = friend.series | friend.figures
        publications = {label: shared[label].publication for label in labels}
        return await self.followed_of(friend.account.jid, publications)

    async def followed_of(self, jid: str, publications: Mapping[str, str]) -> dict[str, Followed]:
        """Return the entities that publications of an address have become, under any names."""

        async def find() -> dict[str, Followed] | None:
            entities = await self.account_entities()
            try:
                return {
                    label: Followed(
                        *(
                            entities[f"{self._friends[jid]}_{publication}_{key}"]
                            for key in ("reading", "status")
                        )
                    )
                    for label, publication in publications.items()
                }
            except KeyError:
                return None

        return await until(find, f"{self.name} knows the series of a friend", within=60)

    async def offer(self, label: str) -> None:
        """Let friends see that a series exists, and ask for it."""
        publication = self.series[label].publication
        subentry = await self._subentry("publication", publication)
        answer = {"title": subentry["title"], "interval_s": 1, "listed": True}
        await self.home_assistant.reconfigure_subentry(
            self._account_entry, "publication", subentry["subentry_id"], answer
        )

    async def ask(self, friend: Home, label: str, purpose: str) -> None:
        """Ask a friend for a series it offers, for a year; return once it was received."""
        subentry = await self._subentry("friend", friend.account.jid)
        answer = {
            "publication": friend.series[label].publication,
            "until": (datetime.now(UTC) + timedelta(days=365)).date().isoformat(),
            "purpose": purpose,
        }

        async def is_asked() -> bool:
            try:
                await self.home_assistant.reconfigure_subentry(
                    self._account_entry,
                    "friend",
                    subentry["subentry_id"],
                    {"next_step_id": "offers"},
                    answer,
                )
            except FlowError as ended:
                if ended.reason not in ("asked", "friend_away", "nothing_offered"):
                    raise
                return ended.reason == "asked"
            return False

        await until(is_asked, f"{friend.name} is asked", within=120)

    async def _subentry(self, kind: str, unique_id: str) -> Json:
        listed: list[Json] = await self.home_assistant.command(
            "config_entries/subentries/list", entry_id=self._account_entry
        )
        return next(
            one for one in listed if (one["subentry_type"], one["unique_id"]) == (kind, unique_id)
        )

    async def diagnostics(self) -> Json:
        """Return what the sharing account tells a helper."""
        path = f"/api/diagnostics/config_entry/{self._account_entry}"
        content = await self.home_assistant.request("GET", path)
        account: Json = content["data"]
        return account

    def truth(self, label: str) -> str | None:
        """Return what the meter or the gateway last said, as an entity's state would say it."""
        if label == PRODUCTION:
            assert self.gateway is not None
            return str(self.gateway.truth[PRODUCTION])
        said = self.meter.truth
        if label == TOTAL:
            contract = CONTRACTS[said["OPTARIF"][:3]]
            return str(sum(int(said[index]) for index in contract.indexes))
        if label == "PTEC":
            return PTEC_OPTIONS.get(said.get(label, ""))
        written, _, period = label.partition("_s_")
        if period:
            # A PME-PMI sends only the index of the period in force.
            return _plain(said["EAP_s"]) if said["PTCOUR1"].strip() == period else None
        return _plain(said[written]) if written in said else None


def _label(row: Json) -> str:
    """Return the label of a sensor of the meter, by its row in the registry."""
    label: str = row["unique_id"].partition("_")[2]
    return label


def _plain(said: str) -> str:
    """Return a meter's value without its unit, its padding and its leading zeros."""
    text = " ".join(said.split())
    number = text.rstrip("kVAWhr")
    return str(int(number)) if number.isdecimal() else text


def agree(truth: str | None, state: Json | None) -> bool:
    """Return whether an entity's state is what the meter said."""
    if truth is None or state is None:
        return False
    shown: str = state["state"]
    try:
        return float(shown) == float(truth)
    except ValueError:
        return shown == truth


async def add_site(page: HomeAssistant, form: Json, contract: Sequence[Json]) -> Json:
    """Add the entry of a home or a building, and its contract; return the entry."""
    entry = await page.add(DOMAIN, {"next_step_id": "home"}, form)
    await page.add_subentry(entry["entry_id"], "tariff", *contract)
    return entry


async def import_past(page: HomeAssistant, name: str, content: str) -> str:
    """Import a file under a name, on the page; return the statistic it becomes."""
    file = await page.upload("half-hours.csv", content.encode())
    result = await page.answer(
        DOMAIN,
        {"next_step_id": "import_file"},
        {"series_name": name, "file": file},
        {},
    )
    if result.get("reason") != "import_done":
        raise FlowError(result)
    statistic_id: str = result["description_placeholders"]["series"]
    return statistic_id
