/** What can be chosen for a comparison, fetched: the sites, the statistics, and what is known of them. */

/** Classes of Home Assistant's statistics that can be drawn beside ours. */
const CLASSES = ["power", "energy", "volume", "temperature"];
/** Other sensors that are offered: more would be nothing to choose from. */
const MOST_OTHERS = 400;
const AGAIN_MS = 300_000;

export class Offered {
  /** Fetch for a card; `onChange` is called when there is more to show. */
  constructor(onChange) {
    this.onChange = onChange;
    this.sites = [];
    this.others = [];
    /** By statistic: `{name, unit, is_sum, first, last, known}`, times in Unix ms. */
    this.known = new Map();
    /** What was named and is not offered without that. */
    this.named = new Set();
    this.asked = "";
    this.isThere = false;
  }

  /** See to it that it is known what there is in a period, of these too. */
  want(hass, period, ids) {
    if (!hass.connected) return;
    for (const id of ids) {
      if (!this.known.has(id)) this.named.add(id);
    }
    const turn = +period.end > Date.now() ? Math.floor(Date.now() / AGAIN_MS) : 0;
    const asked = JSON.stringify([period, [...this.named], turn, this.others.length]);
    if (asked === this.asked) return;
    this.asked = asked;
    this.fetch(hass, period, asked);
  }

  async fetch(hass, { begin, end }, asked) {
    try {
      const { sites } = await hass.callWS({ type: "sen1/sites" }).catch(noneYet);
      const ofSites = sites.flatMap((site) => Object.values(site.statistics ?? {}));
      const ids = [...ofSites, ...this.named, ...this.others.map(({ id }) => id)];
      const { series } = await hass.callWS({
        type: "sen1/series",
        begin: begin.toISOString(),
        end: end.toISOString(),
        ids: [...new Set(ids)],
      });
      if (asked !== this.asked) return;
      this.sites = sites;
      this.known = new Map(series.map(({ id, ...said }) => [id, said]));
    } catch {
      // The values are fetched apart: what cannot be read is told there.
    }
    this.isThere = true;
    this.onChange();
  }

  /** Fetch what else this Home Assistant measures, once: it is sought by its name. */
  async wantOthers(hass) {
    if (this.hasOthers || !hass.user.is_admin) return;
    this.hasOthers = true;
    const rows = await hass.callWS({ type: "recorder/list_statistic_ids" }).catch(() => []);
    this.others = rows
      .filter(({ unit_class }) => CLASSES.includes(unit_class))
      .filter(({ statistic_id: id }) => !id.startsWith("sen1:") && !isOurs(hass, id))
      .slice(0, MOST_OTHERS)
      .map(({ statistic_id: id, name }) => ({
        id,
        name: name ?? hass.states[id]?.attributes.friendly_name ?? id,
      }));
    this.onChange();
  }
}

const isOurs = (hass, id) => hass.entities[id]?.platform === "sen1";

/** Of a Home Assistant that does not tell its sites yet there are none. */
const noneYet = () => ({ sites: [] });
