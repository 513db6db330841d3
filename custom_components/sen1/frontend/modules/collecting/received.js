/** What comes back of a participation: the entities of its device, by what they are. */

import { calledOf, nameOf, ours } from "../installation.js";

/** What tells of a series or of who gives it, and is none. */
const ABOUT = ["series_status", "site_sheet", "project"];
/** What bears a board, and none while too few homes are on it. */
const PLACE = "place";

/** Return the device of a participation, or undefined while nothing came. */
const deviceOf = ({ devices }, { subentry_id: id }) =>
  Object.values(devices).find(({ identifiers }) =>
    identifiers?.some(([domain, one]) => domain === "sen1" && one === id),
  );

/** Return the entities of participations, as the registry knows them. */
export function rowsOf(hass, participations) {
  const devices = new Set(participations.map((one) => deviceOf(hass, one)?.id).filter(Boolean));
  return ours(hass).filter(
    ({ device_id: id, translation_key: key }) => devices.has(id) && !ABOUT.includes(key),
  );
}

/**
 * Return what a participation receives: `{groups, rankings, others}`, each `{entity, name, state}`, and
 * the names of what was promised and is not among them.
 */
export function receivedOf(hass, text, participation) {
  const device = nameOf(deviceOf(hass, participation));
  const all = rowsOf(hass, [participation])
    .map(({ entity_id: entity, translation_key: key }) => ({
      entity,
      key,
      state: hass.states[entity],
    }))
    .filter(({ state }) => state)
    .map((one) => {
      const { name } = calledOf(text, one.state.attributes, device);
      // A place bears the name of its series, and more; of two names the longer is meant.
      const promised = participation.receives
        .filter((promise) => name.startsWith(promise))
        .toSorted((one, other) => other.length - one.length)[0];
      return { ...one, name: promised ?? name };
    });
  const kinds = Map.groupBy(all, kindOf);
  const of = (kind) => kinds.get(kind) ?? [];
  const names = new Set(all.map(({ name }) => name));
  const awaited = participation.receives.filter((name) => !names.has(name));
  return { groups: of("groups"), rankings: of("rankings"), others: of("others"), awaited };
}

function kindOf({ key, state: { attributes } }) {
  const { board, group, statistic, direction } = attributes;
  if (board ? board.kind === "ranking" : key === PLACE) return "rankings";
  return group && statistic && direction ? "groups" : "others";
}

/** What a home measures itself, the best first, for what others give. */
const OWN = { consumption: ["consumed", "bought"], production: ["produced"] };

/** Return the statistic of a home that tells the same as a series of this direction, or undefined. */
export function ownOf(site, direction) {
  const statistics = site?.statistics ?? {};
  return (OWN[direction] ?? []).map((quantity) => statistics[quantity]).find(Boolean);
}
