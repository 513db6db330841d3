/** The series that can be compared: ours by what they mean, friends' by what they say of themselves. */

import { friends, having, nameOf, ours } from "./installation.js";

/** What our entities measure, the best of each first. */
const MEANINGS = {
  production: ["production_power", "production_lifetime", "produced_total"],
  consumption: ["consumption", "consumption_power", "consumption_lifetime"],
  bought: ["apparent_power", "active_power", "index_total", "bought_total", "import_power"],
  injected: ["apparent_power_injected", "index_injected", "sold_total", "export_power"],
};

const ICONS = {
  production: "mdi:white-balance-sunny",
  consumption: "mdi:home",
  bought: "mdi:transmission-tower-export",
  injected: "mdi:transmission-tower-import",
};

export const iconOf = (kind) => ICONS[kind] ?? "mdi:chart-line";

/** What friends' series may measure to be compared. */
const CLASSES = ["power", "apparent_power", "energy"];

/**
 * Return what this person may choose from: `{statistic, entity, name, kind, mine, site}`.
 *
 * Who is no administrator is offered nothing of friends: an administrator puts it on a dashboard.
 */
export function available(hass, text) {
  const mine = Object.entries(MEANINGS).flatMap(([kind, keys]) =>
    having(hass, ...keys)
      .filter((row) => hass.states[row.entity_id]?.attributes.state_class)
      .slice(0, 1)
      .map((row) => ({
        statistic: row.entity_id,
        entity: row.entity_id,
        name: text.mine[kind],
        kind,
        mine: true,
        site: "mine",
      })),
  );
  return [...mine, ...(hass.user.is_admin ? ofFriends(hass) : [])];
}

function ofFriends(hass) {
  return friends(hass).flatMap((device) =>
    ours(hass)
      .filter((row) => row.device_id === device.id && !row.translation_key)
      .map((row) => [row, hass.states[row.entity_id]?.attributes ?? {}])
      .filter(([, attributes]) => CLASSES.includes(attributes.device_class))
      .filter(([, attributes]) => attributes.state_class || attributes.statistic)
      .map(([row, attributes]) => ({
        statistic: attributes.statistic ?? row.entity_id,
        entity: row.entity_id,
        name: attributes.friendly_name,
        kind: attributes.direction ?? "consumption",
        mine: false,
        site: device.id,
        friend: nameOf(device),
        sheet: sheetOf(hass, device),
      })),
  );
}

/** Return what a friend says of the project behind its series, or undefined. */
function sheetOf(hass, device) {
  const row = having(hass, "project").find(({ device_id }) => device_id === device.id);
  return row && hass.states[row.entity_id]?.attributes;
}

/** Return the series that a card's configuration names, as `available` does. */
export const configured = (hass, given) =>
  given.map((one) => ({
    kind: "consumption",
    mine: true,
    site: one.statistic,
    entity: one.statistic,
    name: hass.states[one.statistic]?.attributes.friendly_name ?? one.statistic,
    ...one,
  }));

/** Return a colour and a dash for each series: the first of each kind has the colour of the kind. */
export function colours(series) {
  const taken = new Set();
  const others = ["series-2", "series-3", "injected", "others"];
  const dashes = { "series-2": "8 3", "series-3": "3 3", others: "1 3" };
  const free = () => others.find((other) => !taken.has(other)) ?? "others";
  return new Map(
    series.map((one) => {
      const own = { production: "production", injected: "injected" }[one.kind] ?? "consumption";
      const colour = taken.has(own) ? free() : own;
      taken.add(colour);
      const hasPale = ["production", "consumption"].includes(colour);
      const pale = hasPale ? `var(--${colour}-pale)` : "none";
      return [one.statistic, { line: `var(--${colour})`, dash: dashes[colour], pale }];
    }),
  );
}
