"""What explains a state stays out of the recorder: the state itself is what is kept."""

from collections.abc import Iterator
from importlib import import_module

from homeassistant.components.event import EventEntity
from homeassistant.const import MATCH_ALL
from homeassistant.helpers.entity import Entity

from .package import PACKAGE, PACKAGE_NAME, modules


def entities(base: type[Entity] = Entity) -> Iterator[type[Entity]]:
    """Yield the classes of entities that this package makes."""
    for each in base.__subclasses__():
        if each.__module__.startswith(PACKAGE_NAME):
            yield each
        yield from entities(each)


def test_no_entity_has_its_attributes_recorded_but_events() -> None:
    for name in modules(PACKAGE):
        import_module(f"{PACKAGE_NAME}.{name}" if name else PACKAGE_NAME)
    made = {one for one in entities() if not one.__subclasses__()}
    parts = {one.__module__.removeprefix(f"{PACKAGE_NAME}.").partition(".")[0] for one in made}
    assert parts == {"enedis", "enphase", "federation", "figures", "linky"}
    assert len(made) >= 26
    recorded = {
        one.__name__
        for one in made
        if not issubclass(one, EventEntity) and MATCH_ALL not in one._unrecorded_attributes
    }
    assert recorded == set()
