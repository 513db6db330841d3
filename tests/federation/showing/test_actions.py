"""Whatever room it is of, what the dashboard can ask is registered."""

from importlib import import_module
from pkgutil import walk_packages

from custom_components.sen1 import federation
from custom_components.sen1.federation.showing.actions import COMMANDS


def test_the_commands_of_all_rooms_are_registered() -> None:
    found = walk_packages(federation.__path__, f"{federation.__name__}.")
    modules = [import_module(each.name) for each in found]
    told = [getattr(module, "COMMANDS", None) for module in modules]
    ours = {command for several in told if isinstance(several, tuple) for command in several}
    assert len(ours) > 20
    assert ours - set(COMMANDS) == set()
