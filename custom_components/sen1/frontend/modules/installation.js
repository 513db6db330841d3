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

/**
 * Return what is known of each tariff period, by what its energy and its cost mean: `{tariff, name,
 * energy, cost}`, kWh and money, with the attributes of the energy.
 */
export function tariffs(hass, energy, cost) {
  const states = (key) =>
    having(hass, key)
      .map((row) => hass.states[row.entity_id])
      .filter((state) => state?.attributes.tariff);
  const costs = new Map(
    states(cost).map(({ state, attributes }) => [attributes.tariff, parseFloat(state)]),
  );
  // Home Assistant writes the state of an entity in this language.
  const period = hass.states[first(hass, "tariff_period")];
  return states(energy)
    .map(({ state, attributes }) => ({
      ...attributes,
      name: period ? hass.formatEntityState(period, attributes.tariff) : attributes.tariff,
      energy: parseFloat(state),
      cost: costs.get(attributes.tariff),
    }))
    .filter((one) => one.energy > 0);
}

/** Return our devices that friends are: each has a status of a series. */
export const friends = (hass) =>
  [...new Set(having(hass, "series_status").map((row) => row.device_id))]
    .map((id) => hass.devices[id])
    .filter(Boolean);

/** Return what a person calls a device. */
export const nameOf = (device) => device?.name_by_user || device?.name || "";
