/** The sites: homes and buildings, each with what measures it; the main one first. */

/** Of each connection, what was read over it. */
const known = new WeakMap();

class Sites {
  constructor(connection) {
    const hear = (changes) => {
      // What is there as one begins to listen is told too, as no change.
      if (changes.some(({ type, entry }) => type && entry.domain === "sen1")) this.read();
    };
    connection
      .subscribeMessage(hear, { type: "config_entries/subscribe" })
      // What is renamed or added is heard of all the same, with the next change of entities.
      .catch(() => undefined);
  }

  /** Take what is known by now; whatever was renamed or added may have changed them. */
  take(hass) {
    this.hass = hass;
    if (this.entities !== hass.entities) {
      this.entities = hass.entities;
      this.read();
    }
    return this;
  }

  read() {
    const reading = this.hass
      .callWS({ type: "sen1/sites" })
      .then(({ sites }) => sites)
      // Without an answer nothing is told apart: what was known stays.
      .catch(() => this.list)
      .then((list) => {
        if (reading !== this.reading) return this.reading;
        if (JSON.stringify(list) !== JSON.stringify(this.list)) this.list = list;
        return this.list ?? [];
      });
    this.reading = reading;
    return reading;
  }
}

function of(hass) {
  if (!known.has(hass.connection)) known.set(hass.connection, new Sites(hass.connection));
  return known.get(hass.connection).take(hass);
}

/** Return the sites, read once for all cards and again whenever they may have changed. */
export const sitesOf = (hass) => of(hass).reading;

/** Read the sites again, after it failed, and return them. */
export const readSites = (hass) => of(hass).read();

/** Return the sites as they are known at once, or undefined. */
export const knownSites = (hass) => of(hass).list;

/** Return a site by its id, without one the main one, or undefined. */
export const siteOf = (sites, id) =>
  id ? sites.find((site) => site.id === id) : (sites.find((site) => site.is_main) ?? sites[0]);

/** Return what asks a command for what a site, by its id, came to in each step of a period. */
export const askedOf = (type, site, { begin, end }, step) => ({
  type,
  site,
  begin: begin.toISOString(),
  end: end.toISOString(),
  step,
});

/** More sites than these are a town's: its pages begin with all of them. */
export const FEW_SITES = 3;

/** The cards that show one site, or begin with it. */
export const OF_SITE = [
  "class",
  "cold",
  "comparison",
  "forecast",
  "goals",
  "home",
  "learnt",
  "past",
  "place",
  "report",
  "town",
  "wall",
];

/** The icon of each kind. */
export const ICONS = {
  home: "mdi:home-outline",
  school: "mdi:school-outline",
  town_hall: "mdi:town-hall",
  roof: "mdi:solar-panel-large",
  other: "mdi:office-building-outline",
};

/** Return the icon of a kind of site, or of a building of which it is not known. */
export const siteIcon = (kind) => ICONS[kind] ?? ICONS.other;

const measures = (site, ...quantities) =>
  quantities.some((quantity) =>
    Object.entries(site?.sources ?? {}).some(
      ([key, entities]) => key.startsWith(`${quantity}_`) && entities.length,
    ),
  );

/** Whether anything is measured that a site makes or sends out. */
export const gives = (site) => measures(site, "produced", "sold");

/** Whether a site is nothing but a roof: it is what it gives that counts, not what anybody uses. */
export const isRoof = (site) => gives(site) && (site.kind === "roof" || !measures(site, "bought"));

/** Whether what leaves a site is measured. */
export const sells = (site) => measures(site, "sold");
