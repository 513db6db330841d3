/** The series that come of others: of friends and collections, and of groups of homes. */

import { calledOf, givers, having, nameOf, ours } from "./installation.js";

/** What friends' series may measure to be compared. */
const CLASSES = ["power", "apparent_power", "energy", "water", "gas", "volume", "temperature"];

/** What a contract says is no measurement, though it is a power. */
const OF_A_CONTRACT = /subscribed|souscrit|cut-?off|coupure|\b(PREF|PCOUP|PS|ISOUSC)\b/i;

/** Return a series of which nothing but its name is known. */
export const alone = (id, name) => ({
  statistic: id,
  name,
  full: name,
  kind: "other",
  mine: false,
  site: id,
});

/** Return our entities that are a friend's and are measured, with what they say. */
const measured = (hass, rows) =>
  rows
    .filter((row) => !row.translation_key)
    .map((row) => [row, hass.states[row.entity_id]?.attributes ?? {}])
    .filter(([, { state_class, statistic }]) => state_class || statistic);

/** Return the id by which commands know the friend of a device. */
export const friendIdOf = ({ identifiers }) =>
  identifiers?.find(([domain]) => domain === "sen1")?.[1];

/** Return what says how a measure of a friend stands, which is named after it. */
export const statusOf = (states, name) =>
  states
    .filter(({ attributes }) => attributes.friendly_name?.startsWith(`${name} `))
    .toSorted((a, b) => a.attributes.friendly_name.length - b.attributes.friendly_name.length)[0];

/** How a measure stands that is granted no more. */
const OVER = ["ended", "withdrawn"];

/**
 * Return what friends and collections tell, a group for each, with the states of how its measures stand;
 * what is shown under two devices is there once.
 */
export function ofFriends(hass, text) {
  const seen = new Set();
  return givers(hass).map((device) => seriesOf(hass, text, device, seen));
}

function seriesOf(hass, text, device, seen) {
  const rows = ours(hass).filter((row) => row.device_id === device.id);
  const statuses = rows
    .filter(({ translation_key: key }) => key === "series_status")
    .flatMap(({ entity_id: id }) => hass.states[id] ?? []);
  return {
    key: device.id,
    name: nameOf(device),
    statuses,
    series: measured(hass, rows)
      .filter(([, { device_class }]) => CLASSES.includes(device_class))
      .filter(([, { friendly_name }]) => !OF_A_CONTRACT.test(friendly_name))
      .map(([row, said]) => ({
        statistic: said.statistic ?? row.entity_id,
        entity: row.entity_id,
        ...calledOf(text, said, nameOf(device)),
        kind: kindOf(said),
        unit: said.unit_of_measurement,
        mine: false,
        site: device.id,
        friend: nameOf(device),
        friendId: friendIdOf(device),
        isOver: OVER.includes(statusOf(statuses, said.friendly_name)?.state),
        place: nameOf(device),
        sheet: sheetOf(hass, device),
      }))
      .filter(({ statistic }) => !seen.has(statistic) && seen.add(statistic)),
  };
}

/** Return what a friend's series is drawn as: its energy is used unless it says otherwise. */
function kindOf({ device_class, direction }) {
  if (["water", "volume"].includes(device_class)) return "water";
  if (device_class === "gas") return "gas";
  if (device_class === "temperature") return "other";
  return direction ?? "consumption";
}

/** Return the sums and means of homes: they tell of how many they are made. */
export const ofGroups = (hass) =>
  measured(hass, ours(hass))
    .filter(([, { state_class, reporting }]) => state_class && reporting !== undefined)
    .map(([row, { friendly_name }]) => alone(row.entity_id, friendly_name));

/** Return what the members of each collection come to together, each figure by its hours. */
export const ofCollections = (hass) =>
  ours(hass)
    .filter((row) => row.translation_key?.startsWith("group_"))
    .map((row) => hass.states[row.entity_id]?.attributes ?? {})
    .filter(({ statistic, unit_of_measurement: unit }) => statistic && unit)
    .map(({ statistic, friendly_name, direction, unit_of_measurement: unit }) => ({
      ...alone(statistic, friendly_name),
      kind: direction,
      unit,
    }));

/** Return what a friend says of the project or the site behind its series, or undefined. */
function sheetOf(hass, device) {
  const row = having(hass, "project", "site_sheet").find((one) => one.device_id === device.id);
  const said = row && hass.states[row.entity_id]?.attributes;
  return said && { ...said, name: nameOf(device) };
}
