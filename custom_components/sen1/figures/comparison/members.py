"""The sensors that a group or a ranking is made of, followed while somebody listens."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import ClassVar

from homeassistant.components.sensor import SensorEntity
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback

from ...homes import CONF_MEMBERS
from ...listeners import Listeners
from ..counting.entity import FigureEntity, Listen, subentry_device
from ..counting.following import async_follow
from ..counting.sources import entity_of, state_of


@dataclass(frozen=True, slots=True)
class GroupMember:
    """One sensor, with what it says now."""

    ref: str
    entity_id: str | None
    state: State | None
    """None while it says nothing."""


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
        return GroupMember(ref, entity_id, state)

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
