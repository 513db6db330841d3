"""A water heater that runs on surplus: a home's balance, a need, an automation from our blueprint.

All is made as its owner would make it: through the pages' own flows and editors. The appliance is a
switch that only shows what it is told; no meter feels it.
"""

from .home import DOMAIN, Home
from .home_assistant import Json

SOURCES = {
    "bought_power": "SINSTS",
    "bought_index": "EAST",
    "sold_power": "SINSTI",
    "sold_index": "EAIT",
}
"""Field of the form → label of a producer's meter."""

POWER_W = 2000
PATIENCE_S = 2
"""Of whoever watches; at home, a cloud passes in a minute."""


class WaterHeater:
    """What a home with a producer's meter does with its surplus."""

    def __init__(self, home: Home, name: str) -> None:
        """Belong to a home whose meter is published already; its roof is called so."""
        self.home = home
        self.name = name
        self._surplus = self._need = self._switch = ""

    async def add(self) -> None:
        """Add the home's entry, the need, a switch, and the automation that joins them."""
        page = self.home.home_assistant
        grid = {field: [self.home.series[label].entity_id] for field, label in SOURCES.items()}
        form: Json = {
            "name": self.name,
            "site_kind": "roof",
            "grid": grid,
            "production": {},
            "storage": {},
            "house": {},
        }
        entry = await page.add(DOMAIN, {"next_step_id": "home"}, form)
        fine = {"counted": False, "hysteresis": 200, "delay": PATIENCE_S, "minimum": PATIENCE_S}
        need = await page.add_subentry(
            entry["entry_id"],
            "need",
            {"name": "Chauffe-eau", "power": POWER_W, "priority": 1, "fine": fine},
        )
        rows = await page.entities(entry["entry_id"])
        entities = {row["unique_id"]: row["entity_id"] for row in rows}
        self._surplus = entities[f"{entry['entry_id']}_surplus"]
        self._need = entities[f"{entry['entry_id']}_{need['subentry_id']}_surplus"]
        made = await page.command("input_boolean/create", name="Chauffe-eau")
        self._switch = f"input_boolean.{made['id']}"
        inputs: Json = {"need": self._need, "appliance": {"entity_id": self._switch}}
        automation = {
            "alias": "Chauffe-eau sur le surplus",
            "use_blueprint": {"path": "sen1/run_on_surplus.yaml", "input": inputs},
        }
        await page.request("POST", "/api/config/automation/config/water_heater", automation)

    @property
    def truth(self) -> int:
        """Return the surplus that the meter last told, VA counted as W."""
        said = self.home.meter.truth
        return int(said["SINSTI"]) - int(said["SINSTS"])

    @property
    def agrees(self) -> bool:
        """Return whether the home's surplus is the meter's."""
        return self._state(self._surplus) == str(self.truth)

    @property
    def is_on(self) -> bool:
        """Return whether the automation has switched it on."""
        return self._state(self._switch) == "on"

    def __str__(self) -> str:
        states = (self._state(entity) for entity in (self._surplus, self._need, self._switch))
        surplus, need, switch = states
        mark = "=" if self.agrees else "≠"
        return (
            f"{self.home.name}: surplus {surplus} W, the meter says {self.truth} {mark}; "
            f"enough for the water heater: {need}; the automation has it {switch}"
        )

    def _state(self, entity_id: str) -> str:
        state = self.home.home_assistant.states.get(entity_id)
        return "-" if state is None else str(state["state"])
