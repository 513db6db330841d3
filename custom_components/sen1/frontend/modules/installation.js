/** What this installation has: entities chosen by what they mean, never by their names. */

/** Return our entities that are shown, as the registry knows them; events mean what a sensor shows. */
export const ours = (hass) =>
  Object.values(hass.entities).filter(
    (row) => row.platform === "sen1" && !row.hidden && !row.entity_id.startsWith("event."),
  );

/** Return our entities of these meanings, in the order of the meanings. */
export function having(hass, ...keys) {
  const rows = ours(hass);
  return keys.flatMap((key) => rows.filter((row) => row.translation_key === key));
}

/** Return the id of the first entity that means one of these, or undefined. */
export const first = (hass, ...keys) => having(hass, ...keys)[0]?.entity_id;

/** Return our devices that friends are: each has a status of a series. */
export const friends = (hass) =>
  [...new Set(having(hass, "series_status").map((row) => row.device_id))]
    .map((id) => hass.devices[id])
    .filter(Boolean);

/** Return what a person calls a device. */
export const nameOf = (device) => device?.name_by_user || device?.name || "";
