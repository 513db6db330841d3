"""What an account's parts ask it for."""

from unittest.mock import MagicMock

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.context import AccountContext
from custom_components.sen1.federation.store import AccountStore


class Spoken:
    """Something that an account has one of."""

    def __init__(self, context: AccountContext) -> None:
        self.context = context


class Listening:
    """Something that needs another thing."""

    def __init__(self, context: AccountContext) -> None:
        self.spoken = context[Spoken]


def a_context() -> AccountContext:
    return AccountContext(*(MagicMock() for _ in "12345"))


def test_each_account_has_one_of_a_kind_whoever_asks_for_it_first() -> None:
    context = a_context()
    assert context[Listening].spoken is context[Spoken]
    assert context[Spoken].context is context
    assert a_context()[Spoken] is not context[Spoken]


def test_no_two_parts_are_handed_what_is_kept_under_one_key(hass: HomeAssistant) -> None:
    store = AccountStore(hass, "test")
    kept: dict[str, int] = store.kept("numbers", {})
    kept["one"] = 1
    assert store.content["numbers"] == {"one": 1}
    with pytest.raises(ValueError, match="numbers"):
        store.kept("numbers", {})
    with pytest.raises(ValueError, match="secret"):
        store.section({"secret": ""})
