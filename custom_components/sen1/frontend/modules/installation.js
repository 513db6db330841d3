/** What this installation has: entities chosen by what they mean, never by their names. */

import { isRoof } from "./sites.js";

/** Of each registry of entities, what was sought there: a page looks at every change of a state. */
const rows = new WeakMap();

/** Return our entities that are shown, as the registry knows them; events mean what a sensor shows. */
export function ours({ entities }) {
  if (!rows.has(entities)) {
    rows.set(
      entities,
      Object.values(entities).filter(
        (row) => row.platform === "sen1" && !row.hidden && !row.entity_id.startsWith("event."),
      ),
    );
  }
  return rows.get(entities);
}

/** Return our entities of these meanings, in the order of the meanings. */
export function having(hass, ...keys) {
  const all = ours(hass);
  return keys.flatMap((key) => all.filter((row) => row.translation_key === key));
}

/**
 * Return what a device's reading is called, as `{name, full}`: what SEN1 named is in the words of who
 * looks, whatever the language of Home Assistant.
 */
export function calledOf(text, { called = "", friendly_name: full = "" }, device) {
  const [key, ...behind] = called.split(", ");
  const [kind, what] = key.split(".");
  const own = text.called[kind]?.[what];
  if (!own) return { name: full.replace(device, "").trim() || full, full };
  const name = [own, ...behind].join(", ");
  return { name, full: `${device} ${name}` };
}

/** Return the id of the first entity that means one of these, or undefined. */
export const first = (hass, ...keys) => having(hass, ...keys)[0]?.entity_id;

/** Of each registry, the entities of each site. */
const parts = new WeakMap();

/**
 * Return what a page is told of one site: its own entities, then those of its meters, which are
 * entries of their own. Where there is one site at most, also for others to look at, everything is of it.
 */
export function within(hass, sites, site) {
  if (sites.length < 2 && sites[0]?.is_only !== false) return hass;
  const { entities, devices } = hass;
  let part = parts.get(entities);
  if (part?.devices !== devices || part.sites !== sites) {
    part = { devices, sites, of: new Map() };
    parts.set(entities, part);
  }
  if (!part.of.has(site)) part.of.set(site, site ? entitiesOf(hass, sites, site) : {});
  return { ...hass, entities: part.of.get(site) };
}

function entitiesOf(hass, sites, site) {
  const { devices } = hass;
  const entry = (id) => devices[id]?.primary_config_entry;
  const root = (id) => {
    const above = devices[id]?.via_device_id;
    return above && entry(above) === entry(id) ? root(above) : id;
  };
  const others = new Set(sites.map(({ id }) => id));
  const meters = new Set(
    Object.values(site.sources)
      .flat()
      .map((entity) => hass.entities[entity]?.device_id)
      .filter((id) => id && !others.has(entry(id)))
      .map(root),
  );
  const all = ours(hass).filter((row) => row.device_id);
  const own = all.filter((row) => entry(row.device_id) === site.id);
  const measuring = all.filter((row) => meters.has(root(row.device_id)));
  return Object.fromEntries([...own, ...measuring].map((row) => [row.entity_id, row]));
}

/** Return the entity that tells the power of a site now: what it uses, of a roof what it gives. */
export function powerOf(here, site) {
  if (isRoof(site)) {
    const { produced_power, sold_power } = site.sources;
    return (
      produced_power?.[0] ?? sold_power?.[0] ?? first(here, "production_power", "export_power")
    );
  }
  return first(here, "consumption", "apparent_power", "consumption_power", "production_power");
}

/** kVA of an ampere subscribed, as French contracts count. */
const KVA_OF_AMPERE = 0.2;

/** Return what a contract allows a site, kVA, as its meter says or its household; or undefined. */
export function subscribedPower({ states }, here, site) {
  const said = (key) => states[first(here, key)];
  const subscribed = said("subscribed_power");
  const kva = parseFloat(subscribed?.state);
  if (kva > 0) return subscribed.attributes.unit_of_measurement === "VA" ? kva / 1000 : kva;
  const amperes = parseFloat(said("subscribed_current")?.state);
  const phases = having(here, "current_of_phase").length || 1;
  return amperes > 0 ? amperes * KVA_OF_AMPERE * phases : (site?.subscribed_power ?? undefined);
}

const OF_METERS = ["production_absent", "meter_silent", "source_late", "overload"];

/** What may be wrong with a site, the worst first. */
export const FAULTS = [...OF_METERS, "series_silent"];

/** Whether somebody reads a meter of this, and nothing else tells it: there is nothing to watch. */
export const isReadByHand = (here) =>
  having(here, "read_index", "read_index_of_tariff").length > 0 &&
  !having(here, ...OF_METERS, "inverter_problem").length;

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

/** Return our devices of which series come, friends and collections: each has a status of one. */
export const givers = (hass) =>
  [...new Set(having(hass, "series_status").map((row) => row.device_id))]
    .map((id) => hass.devices[id])
    .filter(Boolean);

/** Return those that friends are, without the collections and challenges that one takes part in. */
export function friends(hass) {
  const isOfTaking = ({ entity_id: id }) => hass.states[id]?.attributes.of === "participation";
  const rows = having(hass, "series_status").filter(isOfTaking);
  const taken = new Set([...having(hass, "place"), ...rows].map((row) => row.device_id));
  return givers(hass).filter(({ id }) => !taken.has(id));
}

/** Return what a person calls a device. */
export const nameOf = (device) => device?.name_by_user || device?.name || "";
