"""What each role gets, of everything there is, is what docs/roles.md says."""

from collections.abc import Iterator
import re

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.auth.models import User
from homeassistant.components.websocket_api import DOMAIN as WEBSOCKET_API
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.setup import async_setup_component
import pytest

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.roles import ROLES, Role

from .repository.package import PROJECT

PLACE = "a_home_or_a_collection"

FIELDS_OF_PLACES = ("site", "subentry_id")

DATA_OF_ACTIONS = {
    f"{DOMAIN}.import_file": {"name": "a file"},
    f"{DOMAIN}.export_series": {"series": "sensor.any"},
    f"{DOMAIN}.make_report": {"site": "all", "begin": "2026-01-01", "end": "2026-01-31"},
}

EVERYBODY = "everybody"
"""What a page says of what takes no login, or none of our roles."""


@pytest.fixture(autouse=True)
async def _set_up(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "frontend", {})
    assert await async_setup_component(hass, DOMAIN, {})


@pytest.fixture
async def users(hass: HomeAssistant) -> dict[Role, User]:
    """Return a user of each role; the first of all owns Home Assistant."""
    made = {
        role: await hass.auth.async_create_user(
            role, group_ids=[GROUP_ID_ADMIN] if role is Role.ADMINISTRATOR else []
        )
        for role in reversed(Role)
    }
    for role in (Role.NONE, Role.LOOK, Role.ORGANISE):
        await hass.data[ROLES].async_give(made[role].id, PLACE, role)
    return made


def rows(heading: str) -> dict[str, str]:
    """Return the first two cells of each row of a table of the page."""
    page = (PROJECT / "docs/roles.md").read_text(encoding="utf-8")
    table = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^\| `([^`]+)` \| (\w+) \|", table, re.MULTILINE)
    assert len(found) == len(dict(found))
    return dict(found)


class Asking:
    """A connection that hears what it is answered."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.refusal: str | None = None
        self.raised: Exception | None = None

    def send_result(self, _number: int, _result: object = None) -> None:
        """Be answered."""

    def send_error(self, _number: int, code: str, *_said: str, **_more: object) -> None:
        """Be refused, as something that is not there or not so."""
        self.refusal = code

    def async_handle_exception(self, _message: object, error: Exception) -> None:
        """Be refused."""
        self.raised = error


async def _may(hass: HomeAssistant, name: str, user: User) -> bool:
    handler, _schema = hass.data[WEBSOCKET_API][name]
    asking = Asking(user)
    handler(hass, asking, {"id": 1, "type": name, **dict.fromkeys(FIELDS_OF_PLACES, PLACE)})
    await hass.async_block_till_done(wait_background_tasks=True)
    return not isinstance(asking.raised, Unauthorized)


def _include(least: str) -> Iterator[tuple[Role, bool]]:
    for role in Role:
        yield role, role.includes(Role(least))


async def test_each_command_is_answered_to_who_has_its_role_and_to_nobody_else(
    hass: HomeAssistant, users: dict[Role, User]
) -> None:
    commands = {name for name in hass.data[WEBSOCKET_API] if name.startswith(f"{DOMAIN}/")}
    said = rows("Commands")
    assert said.keys() == commands
    for name, least in said.items():
        found = {role: await _may(hass, name, user) for role, user in users.items()}
        assert found == dict(_include(least)), name


async def test_a_role_of_one_place_is_none_of_another(
    hass: HomeAssistant, users: dict[Role, User]
) -> None:
    stranger = await hass.auth.async_create_user("stranger")
    await hass.data[ROLES].async_give(stranger.id, "another", Role.ORGANISE)
    of_place = {name for name, role in rows("Commands").items() if role == Role.ORGANISE}
    assert len(of_place) > 8
    for name in of_place:
        assert not await _may(hass, name, stranger)
        assert await _may(hass, name, users[Role.ORGANISE])


async def test_each_action_but_those_of_readings_is_an_administrators(
    hass: HomeAssistant, users: dict[Role, User]
) -> None:
    said = rows("Actions")
    assert {f"{DOMAIN}.{name}" for name in hass.services.async_services()[DOMAIN]} == said.keys()
    # Whose meter it is says whether a reading may be entered: tests/figures/meter.
    for name in (name for name, role in said.items() if role == Role.ADMINISTRATOR):
        for user in (users[Role.NONE], users[Role.LOOK], users[Role.ORGANISE]):
            with pytest.raises(Unauthorized):
                await hass.services.async_call(
                    *name.split("."),
                    DATA_OF_ACTIONS.get(name, {}),
                    blocking=True,
                    context=Context(user_id=user.id),
                    return_response=True,
                )


async def test_each_address_that_answers_without_a_login_is_said(hass: HomeAssistant) -> None:
    ours = {
        resource.canonical
        for resource in hass.http.app.router.resources()
        if DOMAIN in resource.canonical
    }
    assert ours == rows("Files").keys() & ours
    assert {name for name, role in rows("Files").items() if role == EVERYBODY} == ours


async def test_what_was_given_is_there_after_a_restart_and_not_of_who_was_removed(
    hass: HomeAssistant, users: dict[Role, User]
) -> None:
    await hass.auth.async_remove_user(users[Role.LOOK])
    await hass.data[ROLES].async_give(users[Role.NONE].id, "another", Role.LOOK)
    again = type(hass.data[ROLES])(hass)
    await again.async_load()
    organiser = again.of(users[Role.ORGANISE])
    assert organiser.may(Role.ORGANISE, PLACE)
    assert not organiser.may(Role.LOOK, "another")
    assert not again.of(users[Role.LOOK]).may(Role.LOOK, PLACE)
