"""What a token says of itself."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.sen1.enphase.claims import NotAToken, claims_of
from testbed.envoy import token

DAY_S = 86400


def test_an_owners_token_is_renewed_a_month_before_its_end() -> None:
    claims = claims_of(token(b"", "122300000042", lasts_s=365 * DAY_S))
    assert claims.serial == "122300000042"
    assert claims.ends - claims.renewed_from == timedelta(days=30)
    assert not claims.is_ending(datetime.now(UTC))
    assert claims.is_ending(claims.ends - timedelta(days=22))


def test_an_installers_token_is_renewed_an_hour_before_its_end() -> None:
    claims = claims_of(token(b"", "122300000042", lasts_s=DAY_S / 2))
    left = claims.ends - claims.renewed_from
    assert timedelta(minutes=59) < left < timedelta(minutes=61)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "password",
        "a.b",
        "a.b.c",
        "a.eyJ9.c",
        "a.W10.c",
        "a.e30.c",
        "a.eyJleHAiOiAic29vbiJ9.c",
        "a.eyJleHAiOiAxZTk5fQ.c",
        "é.é.é",
    ],
)
def test_what_is_no_token_is_told_so(text: str) -> None:
    with pytest.raises(NotAToken):
        claims_of(text)
