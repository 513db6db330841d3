/** What the picker of cards is told of ours: names, what each is for, and for which entities. */

import { FAULTS, ours } from "./installation.js";
import { knownSites, OF_SITE, siteOf } from "./sites.js";
import { textsOf } from "./texts.js";

const PERIOD = /^(?:bought|sold|produced|consumed|self_consumed|cost|income)_(day|month|year)$/;

const POWERS = ["consumption", "consumption_power", "production_power", "apparent_power"];

/** For each card, what it is told to show of an entity that means this; undefined: it is no card of it. */
const SUGGESTED = {
  home: ({ meaning, entity }) => {
    const [, period] = PERIOD.exec(meaning) ?? [];
    if (period) return { part: period === "day" ? "today" : period };
    if (POWERS.includes(meaning)) return { part: "now", entity };
    return FAULTS.includes(meaning) && { part: "watch" };
  },
  forecast: ({ meaning }) => /^forecast_(energy|cost)$/.test(meaning) && {},
  class: ({ meaning }) => /^energy_(class|per_area)/.test(meaning) && {},
  cold: ({ meaning }) => /^degree_days_/.test(meaning) && {},
  goals: ({ meaning }) => /^goal_/.test(meaning) && {},
  investment: ({ meaning }) => /^holding_/.test(meaning) && {},
  together: ({ meaning }) => ["rank", "series_status"].includes(meaning) && {},
  comparison: ({ attributes, entity }) =>
    attributes.state_class &&
    ["power", "apparent_power", "energy"].includes(attributes.device_class) && {
      series: [{ statistic: entity }],
    },
};

/** Return the card to offer for an entity, or null. */
export function suggestionOf(name, hass, entity) {
  const row = ours(hass).find(({ entity_id }) => entity_id === entity);
  const { attributes } = hass.states[entity] ?? {};
  if (!row || !attributes) return null;
  const config = SUGGESTED[name]?.({ meaning: row.translation_key ?? "", entity, attributes });
  if (!config) return null;
  const sites = knownSites(hass) ?? [];
  const own = sites.find(({ id }) => id === hass.devices[row.device_id]?.primary_config_entry);
  const site = OF_SITE.includes(name) && own && own !== siteOf(sites) ? { site: own.id } : {};
  return { config: { type: `custom:sen1-${name}-card`, ...site, ...config } };
}

/** List the cards, in the language of the page. */
export async function list(names) {
  const root = document.documentElement;
  const speak = () => textsOf(root.lang || "en", "cards");
  let text = await speak();
  // Home Assistant writes the language there, and another when the person chooses another.
  new MutationObserver(async () => {
    text = await speak();
  }).observe(root, { attributeFilter: ["lang"] });
  window.customCards = window.customCards || [];
  // What a page is built with has no words, and is not picked.
  for (const name of names.filter((one) => one in text.cards)) {
    window.customCards.push({
      type: `sen1-${name}-card`,
      preview: true,
      getEntitySuggestion: (hass, entity) => suggestionOf(name, hass, entity),
      get name() {
        return `SEN1 · ${text.cards[name][0]}`;
      },
      get description() {
        return text.cards[name][1];
      },
    });
  }
}
