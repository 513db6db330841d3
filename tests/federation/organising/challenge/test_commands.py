"""What whoever organises a challenge is told of it, and whom they move in it."""

from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.federation.organising.challenge.challenges import Challenges
from custom_components.sen1.federation.organising.challenge.commands import organised_challenges
from custom_components.sen1.federation.part import Heard
from custom_components.sen1.federation.relations.members import MemberData
from custom_components.sen1.protocol.collecting.challenge import Energy, Saved, Score
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.roles import Asker

from ...conftest import Home
from ...organising.challenge.conftest import compete
from ...organising.conftest import COLLECTION
from ...participating.test_commands import Ask, page as page_fixture

page = page_fixture


@pytest.fixture
def challenge(cooperative: Home) -> ConfigSubentry:
    """Return a challenge in its fourth week, of two members in the first team and three in none."""
    subentry = compete(cooperative)
    members = cooperative.runtime.store.content["collected"].setdefault(COLLECTION, {})
    for number in range(1, 6):
        members[f"h{number}@b.org"] = MemberData(
            number=number,
            name="",
            address=f"h{number}@b.org/c",
            joined=0.0,
            charter=1,
            gives={},
            told=1,
            team=1 if number < 3 else 0,
        )
    return subentry


async def test_a_challenge_is_told_with_its_board_and_who_is_in_which_team(
    hass: HomeAssistant, cooperative: Home, challenge: ConfigSubentry
) -> None:
    yesterday = dt_util.now().date() - timedelta(days=1)
    score = Score(COLLECTION, yesterday, 1.0, {Energy.ELECTRICITY: Saved(5.0)})
    cooperative.runtime[Challenges].take(Heard(BareJid("h1@b.org"), score, None))
    (told,) = organised_challenges(Asker(hass, is_admin=True))
    assert (told["id"], told["role"]) == (challenge.subentry_id, "organiser")
    assert (told["week"], told["weeks"], told["mine"]) == (4, 8, None)
    assert told["teams"] == ["Cormorans", "Loutres"]
    assert (told["board"]["kind"], told["board"]["count"]) == ("challenge", 0)
    assert (told["through"], told["is_final"]) == (None, False)
    first, second, third, *_ = told["members"]
    assert first == {
        "number": 1,
        "name": "",
        "team": 1,
        "is_captain": False,
        "through": yesterday.isoformat(),
    }
    assert (second["through"], third["team"]) == (None, None)


async def test_a_captain_is_named_and_a_member_moved(
    page: Ask, cooperative: Home, challenge: ConfigSubentry
) -> None:
    def told(answer: Any) -> dict[int, tuple[int | None, bool]]:
        (one,) = answer["challenges"]
        return {row["number"]: (row["team"], row["is_captain"]) for row in one["members"]}

    here = {"subentry_id": challenge.subentry_id}
    answer = await page("challenge_captain", **here, team=1, number=2)
    assert told(answer)[2] == (1, True)
    answer = await page("challenge_team", **here, team=2, number=3)
    assert told(answer)[3] == (2, False)
    answer = await page("challenge_captain", **here, team=1, number=None)
    assert told(answer)[2] == (1, False)


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("challenge_captain", {"team": 1, "number": 3}),
        ("challenge_captain", {"team": 1, "number": 99}),
        ("challenge_team", {"team": 3, "number": 1}),
        ("challenge_team", {"team": 1, "number": 99}),
        ("challenge_team", {"team": 1, "number": 1, "subentry_id": "gone"}),
    ],
)
async def test_whom_there_is_not_cannot_be_moved(
    page: Ask, challenge: ConfigSubentry, command: str, given: dict[str, Any]
) -> None:
    answer = await page(command, **{"subentry_id": challenge.subentry_id} | given)
    assert answer == "no_such_collection"


async def test_nothing_is_told_of_a_collection_without_a_challenge(
    hass: HomeAssistant, cooperative: Home
) -> None:
    assert organised_challenges(Asker(hass, is_admin=True)) == []
