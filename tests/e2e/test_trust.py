"""Keys and the journal in the demo: one truth on all pages, and a key that changes."""

import asyncio
import json
from pathlib import Path
import re
import sys

from playwright.async_api import Locator, expect
import pytest

from testbed.home import Home, agree
from testbed.home_assistant import Json
from testbed.waiting import until

from .looking import TEXTS, Show, card, faults, flat

pytestmark = pytest.mark.timeout(400)

VERIFY = Path(__file__).parents[2] / "scripts" / "verify-journal"

MOVED, KEPT = "SINSTI", "EAST"
"""What the cooperative's meter says all the time; what the house shares with it."""


async def standings(home: Home, *, is_of_all: bool = False) -> dict[str, str]:
    """Return how the key of each friend stands with whom something is exchanged, or of all."""
    known = await home.trust()
    friends = known["friends"] if is_of_all else exchanging(known)
    return {one["friend"]: one["standing"] for one in friends}


def exchanging(account: Json) -> list[Json]:
    """Return the friends to whom, or from whom, something goes."""
    return [one for one in account["friends"] if one["shares"] + one["holds"]]


async def words_of(shown: Locator) -> Json:
    """Return the words of a card about trust."""
    await expect(shown.locator(".legend")).to_be_visible()
    words: Json = (await shown.evaluate(TEXTS))["trust"]
    return words


async def marked(rows: Locator, words: Json) -> dict[str, str]:
    """Return the standing that the mark of each row says, by what stands in the row before it."""
    meaning = {said: standing for standing, said in words["standing"].items()}
    found = {}
    for row in await rows.all():
        if await (mark := row.get_by_role("img")).count():
            found[flat(await row.inner_text())] = meaning[
                await mark.first.get_attribute("aria-label") or ""
            ]
    return found


def test_each_friends_key_has_the_same_mark_wherever_the_friend_is_named(show: Show) -> None:
    async def scenario(show: Show) -> None:
        house = show.stage.house
        known = await standings(house)
        # A friend that was added by its link, one by its address, and neighbours who have no key.
        assert set(known.values()) == {"verified", "seen", "keyless"}
        async with show.view("sharing") as page:
            sharing = card(page, "sharing")
            words = await words_of(sharing)
            # Who has no key has no mark: nothing is wanted of anybody.
            marks = {name: how for name, how in known.items() if how != "keyless"}
            await sharing.get_by_role("button", name="Trust").click()
            named = sharing.locator(".trust .name:not(:has(.fold))")
            assert await marked(named, words) == marks
            for listed in await sharing.locator(".grouped").all():
                heads = listed.locator(".head", has=page.get_by_role("img"))
                for said, standing in (await marked(heads, words)).items():
                    assert marks[said] == standing
            assert await faults(page) == []

    show.play(scenario)


def test_the_trust_card_says_what_is_known_before_a_day_was_compared(show: Show) -> None:
    async def scenario(show: Show) -> None:
        house, known = show.stage.house, await show.stage.house.trust()
        signing = [one for one in exchanging(known) if one["standing"] in ("seen", "verified")]
        async with show.view("sharing") as page:
            sharing = card(page, "sharing")
            await sharing.get_by_role("button", name="Trust").click()
            if known["state"] == "none":
                told = sharing.get_by_role("status").filter(has_text="Nothing to compare yet.")
                for friend in signing:
                    await expect(told).to_contain_text(friend["friend"])
            await sharing.get_by_role("button", name="My six numbers and my link").click()
            six = sharing.locator(".mine-numbers li")
            await expect(six).to_have_text(known["fingerprint"])
            await expect(sharing.locator(".address")).to_have_text(known["link"])
            for line in known["policy"]:
                await expect(sharing).to_contain_text(line["text"])
            # Also who is sent nothing can be verified from here.
            compare = sharing.locator(".trust").get_by_role("button", name="Compare the numbers")
            unverified = [one for one in signing if one["standing"] == "seen"]
            await expect(compare).to_have_count(len(unverified))
            await compare.first.click()
            dialog = sharing.get_by_role("dialog")
            shown = [*unverified[0]["fingerprint"], *known["fingerprint"]]
            await expect(dialog.locator(".six li")).to_have_text(shown)
            assert await faults(page) == []
            await page.keyboard.press("Escape")
            await sharing.get_by_role("button", name="The journal").click()
            await sharing.get_by_role("button", name="Verify", exact=True).click()
            for friend in (await house.journal_verdict())["friends"]:
                ours, theirs = friend["ours"], friend["theirs"]
                line = dialog.locator(".verdict li").filter(has_text=f"With {friend['friend']}")
                for grants, said in ((ours, "you granted"), (theirs, "you were granted")):
                    if grants["granted"]:
                        signed = f"{grants['acknowledged']} of {grants['granted']} measures"
                        await expect(line.first).to_contain_text(f"{signed} that {said}")
            assert await faults(page) == []

    show.play(scenario)


def test_what_is_exported_on_the_page_is_verified_elsewhere(show: Show, tmp_path: Path) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("sharing") as page:
            await card(page, "sharing").get_by_role("button", name="Take all").click()
            await card(page, "sharing").get_by_role("button", name="Export my data").click()
            for name in ("The journal", "Proofs of consent"):
                dialog = card(page, "sharing").get_by_role("dialog")
                button = dialog.get_by_role("button", name=re.compile(f"^{name}"))
                async with page.expect_download() as download:
                    await button.click()
                await (await download.value).save_as(tmp_path / name)
        known = await show.stage.house.trust()
        arguments = (VERIFY, "--lang", "en", tmp_path / "The journal")
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdout=asyncio.subprocess.PIPE
        )
        said = (await process.communicate())[0].decode()
        assert process.returncode == 0, said
        assert known["address"] in said
        assert "All agrees since" in said
        proofs = json.loads((tmp_path / "Proofs of consent").read_text())["@graph"]
        assert len(proofs) >= len(show.stage.house.series)

    show.play(scenario)


def test_a_key_that_changes_stops_both_sides_until_the_household_has_called(show: Show) -> None:
    async def scenario(show: Show) -> None:
        house, friend = show.stage.house, show.stage.cooperative
        page_of, reading = house.home_assistant, (await house.followed(friend, [MOVED]))[MOVED]
        given = house.series[KEPT].publication

        def arrives() -> bool:
            return agree(friend.truth(MOVED), page_of.states[reading.reading])

        def may_receive() -> bool:
            return any(
                node.affiliations.get(friend.account.jid, "outcast") != "outcast"
                for name, node in house.server.nodes(house.user).items()
                if given in name
            )

        await until(arrives, "readings come", within=60)
        assert may_receive()
        await friend.lose_keys()
        await until(
            lambda: page_of.states[reading.status]["state"] == "key_changed",
            "the house has seen another key",
            within=60,
        )
        await until(lambda: not may_receive(), "nothing goes there any more", within=60)
        assert page_of.states[reading.reading]["state"] == "unavailable"
        assert (await standings(house))[friend.name] == "stopped"
        now = (await friend.trust())["fingerprint"]
        async with show.view("together") as page:
            together = card(page, "together")
            line = together.locator(".friends a").filter(has_text="their key has changed")
            await expect(line).to_contain_text(friend.name)
            await line.click()
            told = together.get_by_role("alert").filter(has_text="has changed")
            await expect(told.get_by_role("button", name="Answer")).to_be_visible()
            assert await faults(page) == []
        async with show.view("sharing") as page:
            sharing = card(page, "sharing")
            # What is wrong stands open.
            row = sharing.locator(".trust li").filter(has_text=friend.name)
            await expect(row).to_contain_text("exchange stopped")
            await row.get_by_role("button", name="Answer").click()
            dialog = page.locator("dialog.flow")
            await expect(dialog.locator(".alarm .six li")).to_have_text(now)
            await expect(dialog).to_contain_text("Exchange is stopped both ways.")
            assert await faults(page) == []
            same = re.compile("they read the numbers under “Now”")
            await dialog.get_by_role("button", name=same).click()
            # What is well is folded.
            await expect(row).to_have_count(0)
            await sharing.get_by_role("button", name="Trust").click()
            await expect(row.get_by_role("img")).to_have_attribute("aria-label", "key verified")
        await until(arrives, "readings come on", within=60)
        await until(may_receive, "readings go on", within=60)
        assert (await standings(house))[friend.name] == "verified"
        assert (await standings(friend))[house.name] == "verified"

    show.play(scenario)
