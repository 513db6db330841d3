"""The commands of the dashboard: how keys and days stand, a journal verified and taken away."""

from collections.abc import Callable, Coroutine
from functools import partial
import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import STORAGE_DIR
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.sen1.federation.receipts.receipts import Receipts
from custom_components.sen1.federation.showing.trust import async_trust
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.trust.verify_journal import main, read_export, verify

from ..conftest import DAY, Clock, Home, until
from ..relations.test_circles import add_circle, come, shows
from ..test_exchange import shared

type Client = Callable[[], Coroutine[Any, Any, MockHAClientWebSocket]]


@pytest.fixture
def client(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, hass_admin_user: MockUser
) -> Client:
    """Return how an administrator connects, at whatever time it is."""

    async def connected() -> MockHAClientWebSocket:
        token = await hass.auth.async_create_refresh_token(hass_admin_user, "http://localhost/")
        return await hass_ws_client(hass, hass.auth.async_create_access_token(token))

    return connected


async def asked(client: Client, home: Home, command: str, **of: str) -> Any:
    """Return what a command answers, or the code of its error."""
    connection = await client()
    if command != "trust":
        of["entry_id"] = home.entry.entry_id
    await connection.send_json_auto_id({"type": f"sen1/{command}"} | of)
    answer = await connection.receive_json()
    await connection.close()
    return answer["result"] if answer["success"] else answer["error"]["code"]


def changed(path: Path, text: str, other: str) -> None:
    """Change a text of a file, as who wants to."""
    content = path.read_text()
    assert text in content
    path.write_text(content.replace(text, other, 1))


def spoilt(folder: Path) -> None:
    """Damage all files of evidence."""
    for path in folder.glob("*.jsonl"):
        path.write_text("[]\n[\n")


async def account_of(client: WebSocketGenerator, home: Home) -> dict[str, Any]:
    """Return what is known of an account."""
    accounts = (await asked(client, home, "trust"))["accounts"]
    account: dict[str, Any]
    (account,) = (one for one in accounts if one["entry_id"] == home.entry.entry_id)
    return account


async def days_went_by(
    clock: Clock,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> None:
    """Share for two days, and let both say what each came to."""
    await shared(house, cooperative)
    for number in (1, 2):
        meter(700 + number)
        await until(lambda: cooperative.state().state == str(700 + number))  # noqa: B023
        clock.forward(DAY)
        for home, other in ((house, cooperative), (cooperative, house)):
            days_of, jid = home.runtime[Receipts].days_of, BareJid(other.account.jid)
            await until(lambda: days_of(jid).equal == number)  # noqa: B023
            closed = home.runtime.journal
            await until(lambda: closed.head.entries > 0)  # noqa: B023


async def test_two_homes_that_shared_for_days_agree_and_prove_it(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    client: Client,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await days_went_by(clock, house, cooperative, meter)
    clock.forward(DAY)

    async def compared() -> bool:
        verdict = await asked(client, house, "verify_journal")
        assert verdict["lines"] == []
        return any(friend["days"]["equal"] for friend in verdict["friends"])

    await until(compared)
    verdict = await asked(client, house, "verify_journal", language="fr-FR")
    (friend,) = verdict["friends"]
    assert (verdict["state"], verdict["since"]) == ("agrees", "2026-11-26")
    assert friend["days"]["known"] == friend["days"]["equal"] + friend["days"]["unconfirmed"]
    assert friend["ours"]["granted"] == friend["ours"]["acknowledged"] == 1
    assert "Tout concorde depuis le 26 novembre 2026 ; avec Friend" in verdict["sentence"]

    account = await account_of(client, house)
    assert (account["state"], account["since"]) == ("agrees", "2026-11-26")
    assert account["entries"] >= verdict["entries"]
    (row,) = account["friends"]
    assert (row["friend"], row["shares"], row["holds"]) == (friend["friend"], 1, 0)
    assert row["days"]["equal"] >= 2

    paths = []
    for home in (house, cooperative):
        exported = await asked(client, home, "export_journal")
        assert exported["name"].startswith("sen1-journal-")
        paths.append(tmp_path / f"{home.entry.entry_id}.json")
        paths[-1].write_text(exported["text"])
    for pair in (paths, paths[::-1], paths[:1]):
        assert main([*map(str, pair), "--lang", "en"]) == 0, capsys.readouterr().out
    assert "All agrees since 26 November 2026" in capsys.readouterr().out


@pytest.mark.usefixtures("meter")
async def test_keys_are_shown_as_six_numbers_and_how_they_are_known(
    house: Home, cooperative: Home, client: Client
) -> None:
    await shared(house, cooperative)
    jid = BareJid(cooperative.account.jid)
    await until(lambda: house.runtime.trust.signs(jid))
    ours = await account_of(client, house)
    theirs = await account_of(client, cooperative)
    assert ours["address"] == house.account.jid
    assert ours["link"].startswith(f"xmpp:{house.account.jid}?")
    assert [len(number) for number in ours["fingerprint"]] == [4] * 6
    (row,) = ours["friends"]
    assert (row["standing"], row["how"], row["members"]) == ("seen", "seen", None)
    assert row["fingerprint"] == theirs["fingerprint"]
    assert row["changed"] is None
    assert (ours["state"], ours["own_key_forged"]) == ("none", False)
    house.runtime.trust.confirm(jid, same=True)
    (row,) = (await account_of(client, house))["friends"]
    assert (row["standing"], row["how"]) == ("verified", "compared")


@pytest.mark.usefixtures("meter")
async def test_the_export_of_a_friend_holds_nothing_of_others(
    house: Home, cooperative: Home, client: Client
) -> None:
    _publication, friend = await shared(house, cooperative)
    journal = house.runtime.journal
    journal.entered("withdrawn", BareJid("school@elsewhere.org"), None, publication="p")
    exported = await asked(client, house, "export_journal", friend_id=friend.subentry_id)
    export = read_export(exported["text"].encode())
    assert [person.address for person in export.people] == [cooperative.account.jid]
    assert "school@elsewhere.org" not in exported["text"]
    verdict = verify(export)
    assert verdict.state == "agrees", verdict.lines
    whole = await asked(client, house, "export_journal")
    assert "school@elsewhere.org" in whole["text"]
    nobody = await asked(client, house, "export_journal", friend_id="nobody")
    assert nobody == "not_found"


@pytest.mark.usefixtures("meter")
async def test_a_line_changed_on_the_disk_is_named(
    hass: HomeAssistant, house: Home, cooperative: Home, client: Client
) -> None:
    await shared(house, cooperative)
    await house.runtime.journal.written()
    path = Path(hass.config.path(STORAGE_DIR, f"sen1.{house.entry.entry_id}.journal"))
    entry = json.loads((await hass.async_add_executor_job(path.read_text)).splitlines()[1])
    assert (await asked(client, house, "verify_journal"))["lines"] == []
    at = "2020-01-01T00:00:00.000Z"
    await hass.async_add_executor_job(partial(changed, path, entry["at"], at))
    verdict = await asked(client, house, "verify_journal")
    assert verdict["state"] == "broken"
    (line,) = (line for line in verdict["lines"] if line["kind"] == "changed")
    assert line["entry"] == 2
    assert line["text"].startswith("Entry 2, ")


@pytest.mark.usefixtures("meter")
async def test_a_file_that_is_damaged_is_told_and_nothing_raises(
    hass: HomeAssistant, house: Home, cooperative: Home, client: Client
) -> None:
    await shared(house, cooperative)
    await asked(client, house, "export_journal")
    folder = Path(hass.config.path(STORAGE_DIR, f"sen1.{house.entry.entry_id}.evidence"))
    await hass.async_add_executor_job(spoilt, folder)
    verdict = await asked(client, house, "verify_journal")
    assert (verdict["state"], [line["kind"] for line in verdict["lines"]]) == (
        "broken",
        ["unreadable"],
    )
    assert (await account_of(client, house))["state"] == "broken"


@pytest.mark.parametrize("command", ["trust", "verify_journal", "export_journal"])
async def test_only_administrators_are_answered(
    house: Home,
    command: str,
    client: Client,
    hass_admin_user: MockUser,
) -> None:
    hass_admin_user.groups = []
    assert await asked(client, house, command) == "unauthorized"


async def test_an_account_that_is_not_there_has_no_journal(
    hass: HomeAssistant, house: Home, client: Client
) -> None:
    await hass.config_entries.async_unload(house.entry.entry_id)
    for command in ("verify_journal", "export_journal"):
        assert await asked(client, house, command) == "not_found"
    assert await async_trust(hass) == {"accounts": []}


@pytest.mark.usefixtures("meter")
async def test_a_circle_is_one_row_shown_as_the_worst_known_of_its_members(
    house: Home, cooperative: Home, client: Client
) -> None:
    publication = await house.publish("sensor.meter")
    circle = await add_circle(house, "list", publication, who=cooperative.account.jid)
    await come(cooperative, house)
    await shows(cooperative, "640")
    jid = BareJid(cooperative.account.jid)
    await until(lambda: house.runtime.trust.signs(jid))
    (row,) = (await account_of(client, house))["friends"]
    assert (row["friend_id"], row["members"], row["standing"]) == (circle.subentry_id, 1, "seen")
    assert (row["fingerprint"], row["how"], row["since"]) == (None, None, None)
    assert (row["shares"], row["holds"]) == (1, 0)
    exported = await asked(client, house, "export_journal", friend_id=circle.subentry_id)
    assert exported == "not_found"
