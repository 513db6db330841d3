"""A town of twelve buildings, as a page is told of them: its registries, states and sites."""

from typing import Any

JANUARY = "2026-01-01"

BUILDINGS: tuple[tuple[str, str, str, int, float, float, float, float], ...] = (
    # name, kind, commune, m², kW, kWh of the day, the month and the year
    ("Town hall", "town_hall", "Lorient", 2900, 21.4, 412.6, 9874.4, 96410.3),
    ("Library", "other", "Lorient", 1680, 15.0, 118.4, 7016.2, 64180.2),
    ("Workshops", "other", "Lanester", 1150, 5.3, 132.4, 3027.3, 38640.4),
    ("Gymnasium", "other", "Lorient", 1850, 6.1, 118.3, 2694.1, 30870.1),
    ("School of Kersabiec", "school", "Lorient", 1240, 3.9, 96.4, 2188.3, 27310.3),
    ("Market hall", "other", "Lorient", 520, 4.7, 156.2, 3518.2, 24960.2),
    ("School of Kermelo", "school", "Lorient", 980, 3.2, 81.7, 1902.4, 23140.4),
    ("Festival hall", "other", "Lorient", 890, 2.6, 64.9, 1433.1, 18220.1),
    ("Nursery", "other", "Lorient", 290, 1.9, 43.8, 984.4, 14760.4),
    ("House of the quarter", "other", "Lorient", 610, 1.2, 28.5, 641.2, 9180.2),
    ("Sailing centre", "other", "Ploemeur", 760, 2.1, 51.6, 1186.3, 6954.3),
    ("Stadium", "other", "Ploemeur", 145, 0.8, 22.1, 502.4, 6890.4),
)

CENTS_PER_KWH = 14


class Town:
    """What a page is told, changed by a test before it is shown."""

    def __init__(self, count: int = len(BUILDINGS)) -> None:
        self.entities: dict[str, Any] = {}
        self.devices: dict[str, Any] = {}
        self.states: dict[str, Any] = {}
        self.steps: list[dict[str, Any]] = []
        """What comes next, as `sen1/next_steps` tells it."""
        self.sites = [self._site(n, *row) for n, row in enumerate(BUILDINGS[:count])]

    def _site(
        self,
        n: int,
        name: str,
        kind: str,
        commune: str,
        area: int,
        power: float,
        *energies: float,
    ) -> dict[str, Any]:
        site = f"site{n}"
        self.devices[site] = {"id": site, "primary_config_entry": site, "name": name}
        self.add(n, "consumption", power * 1000, unit_of_measurement="W")
        for period, energy in zip(("day", "month", "year"), energies, strict=True):
            self.add(n, f"bought_{period}", energy, begin=JANUARY, known=100)
            cost = round(energy * CENTS_PER_KWH / 100, 2)
            self.add(n, f"cost_{period}", cost, energy_cost=cost)
        year = self.states[f"sensor.site{n}_bought_year"]["attributes"]
        year |= {"same_last_year": energies[-1] / 0.98, "same_last_year_known": 100}
        self.add(n, "energy_per_area", round(energies[-1] / area))
        self.add(n, "energy_class", "b", covers="heating_too")
        self.add(n, "meter_silent", "off", platform="binary_sensor")
        return {
            "id": site,
            "name": name,
            "kind": kind,
            "is_main": n == 0,
            "role": "look",
            "commune": commune,
            "floor_area": area,
            "loaded": True,
            "sources": {"bought_power": [f"sensor.meter{n}"]},
        }

    def add(
        self,
        n: int,
        key: str,
        state: float | str,
        *,
        device: str | None = None,
        platform: str = "sensor",
        **attributes: Any,
    ) -> str:
        """Add an entity to a building, or to a device that is not its own; return its id."""
        device = device or f"site{n}"
        entity_id = f"{platform}.{device}_{key}"
        self.entities[entity_id] = {
            "entity_id": entity_id,
            "device_id": device,
            "platform": "sen1",
            "translation_key": key,
        }
        self.states[entity_id] = {
            "entity_id": entity_id,
            "state": str(state),
            "attributes": attributes,
            "last_changed": "2026-11-24T12:00:00Z",
            "last_updated": "2026-11-24T14:20:00Z",
        }
        return entity_id

    def remove(self, n: int, key: str, platform: str = "sensor") -> None:
        """Take an entity of a building away."""
        del self.entities[f"{platform}.site{n}_{key}"]

    def set(self, n: int, key: str, state: str, platform: str = "sensor", **more: Any) -> None:
        """Let an entity of a building say something else."""
        entity = self.states[f"{platform}.site{n}_{key}"]
        entity["state"] = state
        entity["attributes"] |= more

    @property
    def given(self) -> dict[str, Any]:
        """Return all that a page is told."""
        return {
            "entities": self.entities,
            "devices": self.devices,
            "states": self.states,
            "sites": self.sites,
            "steps": self.steps,
        }


def step(name: str, state: str, **said: Any) -> dict[str, Any]:
    """Return a step as `sen1/next_steps` tells it."""
    empty = dict.fromkeys(("at", "expected", "friend", "friend_id", "what", "granularity"))
    return {**empty, "step": name, "state": state, **said}


HASS = """
    const asked = [];
    const hass = (told, language = "en-GB", isAdmin = true) => ({
        ...told,
        connected: true,
        user: { is_admin: isAdmin },
        themes: { darkMode: false },
        locale: { language, number_format: "language", time_format: "language" },
        config: { time_zone: "Europe/Paris", currency: "EUR" },
        connection: { subscribeMessage: async () => () => undefined },
        formatEntityState: (entity, state = entity.state) => state,
        callWS: async (message) => {
            asked.push(message.type);
            if (message.type === "sen1/sites") return { sites: told.sites };
            if (message.type === "sen1/next_steps") return told.steps;
            if (message.type === "sen1/energies" && told.energies) return told.energies;
            if (message.type === "recorder/get_statistics_metadata") return [];
            return {};
        },
    });
"""
"""A page's view of the house, made of what a `Town` gives."""

SHOW = """
    const shown = async (name, config, seen) => {
        const { default: Card } = await import(`/cards/${name}.js`);
        const host = document.createElement("div");
        host.attachShadow({ mode: "open" });
        document.body.replaceChildren(host);
        const card = new Card(host);
        card.configure(config);
        await card.take(seen);
        return card;
    };
    const texts = (root, selector) =>
        [...root.querySelectorAll(selector)].map((one) => one.textContent);
"""
"""Shows a card on the page."""
