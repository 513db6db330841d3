"""The sensors that a group or a ranking is made of, followed while somebody listens."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import ClassVar

from homeassistant.components.sensor import SensorEntity
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN, FRIEND
from ...listeners import Listeners
from ..counting.entity import FigureEntity, Listen, subentry_device
from ..counting.following import async_follow
from ..counting.sources import entity_of, state_of

CONF_MEMBERS = "members"
"""Sensors, by their references."""

OWN = ""
"""The home of what is not a friend's."""


@dataclass(frozen=True, slots=True)
class GroupMember:
    """One sensor, with what it says now."""

    ref: str
    entity_id: str | None
    state: State | None
    """None while it says nothing."""
    home: str
    """Whose it is: what stands for a friend or a member, or `OWN`."""


class Members:
    """Follow the sensors of a subentry, whatever they are called and whichever they become."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, subentry: ConfigSubentry, changes: Listen
    ) -> None:
        self._hass = hass
        self._entry = entry
        self.subentry = subentry
        self._changes = changes
        self._listeners = Listeners[()]()
        self._undo = ExitStack()

    def all(self) -> list[GroupMember]:
        """Return each member as it is now."""
        return [self._member(ref) for ref in self.subentry.data[CONF_MEMBERS]]

    def _member(self, ref: str) -> GroupMember:
        entity_id, state = entity_of(self._hass, ref), state_of(self._hass, ref)
        if state is not None and state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            state = None
        return GroupMember(ref, entity_id, state, home_of(self._hass, entity_id))

    @callback
    def async_listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call a listener at each change; return how to stop."""
        if not self._listeners:
            self._follow()
        remove = self._listeners.add(listener)

        @callback
        def stop() -> None:
            remove()
            if not self._listeners:
                self._undo.close()

        return stop

    def _follow(self) -> None:
        refs = self.subentry.data[CONF_MEMBERS]
        self._undo.callback(
            async_follow(self._hass, refs, lambda _ref, _state, _at: self._listeners.tell())
        )
        self._undo.callback(self._changes(self._on_subentry))

    @callback
    def _on_subentry(self) -> None:
        """Follow what the subentry names now."""
        if self.subentry.subentry_id in self._entry.subentries:
            self._undo.close()
            self._follow()
            self._listeners.tell()


class MembersSensor(FigureEntity, SensorEntity):
    """What is made of the members of a subentry."""

    key: ClassVar[str]
    """Ends its unique id."""

    def __init__(self, members: Members) -> None:
        super().__init__(subentry_device(members.subentry), self.key, members.async_listen)
        self._members = members


@callback
def home_of(hass: HomeAssistant, entity_id: str | None) -> str:
    """Return whose readings a sensor shows: a friend's, a member's, or this home's own.

    The members of a collection are of one subentry; what begins the unique id is each one's own.
    """
    entity, subentry = _entity(hass, entity_id), subentry_of(hass, entity_id)
    if entity is None or subentry is None or subentry.subentry_type != FRIEND:
        return OWN
    return entity.unique_id.partition("_")[0]


@callback
def subentry_of(hass: HomeAssistant, entity_id: str | None) -> ConfigSubentry | None:
    """Return the subentry of ours that a sensor belongs to, if it belongs to one."""
    entity = _entity(hass, entity_id)
    if entity is None or entity.platform != DOMAIN or entity.config_subentry_id is None:
        return None
    entry = hass.config_entries.async_get_entry(entity.config_entry_id or "")
    return None if entry is None else entry.subentries.get(entity.config_subentry_id)


def _entity(hass: HomeAssistant, entity_id: str | None) -> er.RegistryEntry | None:
    return er.async_get(hass).async_get(entity_id) if entity_id else None
