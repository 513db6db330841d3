"""What leaves the house and what is held of others, drawn on a blank page."""

import re
from typing import Any

import pytest

from .conftest import Modules
from .town import HASS, SHOW, Town

GRANT = {
    "friend": "Ibis",
    "friend_id": "ibis",
    "kind": "home",
    "state": "active",
    "purpose": "friends",
    "until": "2027-11-24T00:00:00+01:00",
    "members": None,
    "seen": True,
    "readings": 0,
    "bytes": 0,
    "last_sent": None,
}
HELD = {
    "friend": "Ibis",
    "series": "Power",
    "granularity": "live",
    "status": "waiting",
    "readings": 0,
    "last_reading": None,
    "until": None,
    "retention_days": None,
    "may_forward": False,
}


def said(modules: Modules, width: int, grant: dict[str, Any], granularity: str = "live") -> str:
    """Return what the card says of one grant, and of one series that is held."""
    series = {
        "publication": "power",
        "title": "Power",
        "granularity": granularity,
        "grants": [GRANT | grant],
    }
    account = {"entry_id": "a", "title": "a", "online": True, "withdrawn": [], "requests": []}
    account |= {"asked": [], "shares": [series], "holds": [HELD]}
    code = f"""{HASS}{SHOW}
        const house = hass(told);
        const {{ callWS }} = house;
        house.localize = (key) => key.split(".").at(-1);
        house.loadBackendTranslation = async () => house.localize;
        house.callWS = async (message) =>
            message.type === "sen1/sharing" ? {{ accounts: [account] }} : callWS(message);
        const card = await shown("sharing", {{}}, house);
        card.width = width;
        await card.read();
        return card.frame.innerText;
    """
    text = modules.run(code, told=Town(1).given, account=account, width=width)
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("width", [400, 1000])
@pytest.mark.parametrize(
    ("grant", "granularity", "why"),
    [
        pytest.param({"seen": False}, "live", "Waiting for their SEN1 to answer", id="unseen"),
        pytest.param({}, "live", "the next change is sent", id="nothing measured yet"),
        pytest.param({}, "P1D", "Waiting for a first whole period", id="a day is not over"),
    ],
)
def test_a_share_of_which_nothing_was_sent_says_what_is_waited_for(
    modules: Modules, width: int, grant: dict[str, Any], granularity: str, why: str
) -> None:
    told = said(modules, width, grant, granularity)
    assert why in told
    assert not re.search(r"\b0 point|nothing yet", told.replace("0 points sent in all", ""))
    assert "waiting. It comes by itself once they send one." in told


@pytest.mark.parametrize("width", [400, 1000])
def test_a_share_counts_what_was_sent_or_says_nothing_while_it_rests(
    modules: Modules, width: int
) -> None:
    sent = {"readings": 12, "bytes": 480, "last_sent": "2026-11-24T14:00:00+00:00"}
    assert "12 points, 1 kB" in said(modules, width, sent)
    paused = said(modules, width, {"state": "paused"})
    assert "the next change is sent" not in paused
