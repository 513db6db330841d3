"""What a test lets the recorder of a Home Assistant know of before it began."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance, session_scope


@dataclass(slots=True)
class _LookForTheOldest(RecorderTask):
    """Have the recorder look anew for its oldest state, as it does when it starts."""

    @override
    def run(self, instance: Recorder) -> None:
        with session_scope(session=instance.get_session()) as session:
            instance.states_manager.load_from_db(session)


def async_recorded_past(hass: HomeAssistant) -> None:
    """Have the recorder take what it was told of the past for states in force since.

    It takes the first state it ever recorded for the oldest there is, and looks for none before:
    an entity that came before the past was told would hide it.
    """
    get_instance(hass).queue_task(_LookForTheOldest())
