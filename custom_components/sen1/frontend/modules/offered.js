/** What can be chosen for a comparison: the statistics of the sites and others, and what is known of them. */

import { may } from "./roles.js";

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

  /** See to it that it is known what there is in a period, of the sites and of these too. */
  want(hass, sites, period, ids) {
    this.sites = sites;
    if (!hass.connected) return;
    for (const id of ids) {
      if (!this.known.has(id)) this.named.add(id);
    }
    const turn = +period.end > Date.now() ? Math.floor(Date.now() / AGAIN_MS) : 0;
    const all = [...this.statistics, ...this.named, ...this.others.map(({ id }) => id)];
    const wanted = [...new Set(all)];
    const asked = JSON.stringify([period, wanted, turn]);
    if (asked === this.asked) return;
    this.asked = asked;
    this.fetch(hass, period, wanted, asked);
  }

  /** Return the statistics of the sites. */
  get statistics() {
    return this.sites.flatMap(({ statistics }) => Object.values(statistics ?? {}));
  }

  async fetch(hass, { begin, end }, ids, asked) {
    try {
      const { series } = await hass.callWS({
        type: "sen1/series",
        begin: begin.toISOString(),
        end: end.toISOString(),
        ids,
      });
      if (asked !== this.asked) return;
      this.known = new Map(series.map(({ id, ...said }) => [id, said]));
    } catch {
      // The values are fetched apart: what cannot be read is told there.
    }
    this.isThere = true;
    this.onChange();
  }

  /** Fetch what else this Home Assistant measures, once: it is sought by its name. */
  async wantOthers(hass) {
    if (this.hasOthers || !may(hass, "all_series")) return;
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
