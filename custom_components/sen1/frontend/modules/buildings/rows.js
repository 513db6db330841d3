/** What is known of each building now and of its day, month and year; their order and their sums. */

import { fromField } from "../calendar.js";
import { closed } from "../closing.js";
import { lastKnown, sameLastYear } from "../fetched.js";
import { CENTS, ENERGY_DIGITS, WATTS } from "../formats.js";
import { FAULTS, first, having, within } from "../installation.js";
import { hasAll } from "../seeking.js";
import { isRoof } from "../sites.js";

export const PERIODS = ["day", "month", "year"];

/** Return a number, or undefined for what is not one. */
const number = (value) => {
  const known = typeof value === "number" ? value : parseFloat(value);
  return Number.isFinite(known) ? known : undefined;
};

const known = (state) =>
  state && !["unavailable", "unknown"].includes(state.state) ? state : undefined;

/** Return what is wrong with a site, the worst first: `{key, entity, since}`; some of one kind once. */
export function faultsOf(here) {
  const wrong = having(here, ...FAULTS, "inverter_problem").filter(
    ({ entity_id }) => here.states[entity_id] && here.states[entity_id].state !== "off",
  );
  return [...Map.groupBy(wrong, (row) => row.translation_key)].map(([key, [{ entity_id }]]) => ({
    key,
    entity: entity_id,
    since: new Date(here.states[entity_id].last_changed),
  }));
}

/** Return what is known of a site: W, kWh, money, %; undefined is what nothing tells. */
export function rowOf(hass, sites, site) {
  const here = within(hass, sites, site);
  const state = (...keys) => known(hass.states[first(here, ...keys)]);
  const uses = !isRoof(site);
  const watts = (one) =>
    one && number(one.state * (WATTS[one.attributes.unit_of_measurement] ?? NaN));
  const year = state("bought_year")?.attributes ?? {};
  const perArea = state("energy_per_area");
  const letter = state("energy_class", "energy_class_of_electricity");
  const result = {
    site,
    uses,
    power: uses ? watts(state("consumption")) : undefined,
    sends: uses ? watts(state("surplus")) : undefined,
    gives: uses ? undefined : givenNow(hass, site, watts),
    perArea: number(perArea?.state),
    perYear: perArea && perArea.state * site.floor_area,
    letter: letter?.state.toUpperCase(),
    isPartial: letter !== undefined && letter.attributes.covers !== "heating_too",
    // Rounded down, so that all is said of what is whole alone.
    coverage: uses && number(year.known) !== undefined ? Math.floor(year.known) : undefined,
    faults: site.loaded ? faultsOf(here) : [{ key: "not_loaded" }],
    until: uses ? lastKnown(hass, first(here, "bought_year")) : undefined,
  };
  for (const period of PERIODS) {
    const bought = uses ? state(`bought_${period}`) : undefined;
    const begin = bought?.attributes.begin;
    result[period] = {
      energy: number(bought?.state),
      cost: bought && number(state(`cost_${period}`)?.attributes.energy_cost),
      since: begin && fromField(begin, hass.config.time_zone),
    };
  }
  const told = [
    result.power,
    result.gives,
    result.year.energy,
    ...Object.keys(site.statistics ?? {}),
  ];
  result.isMeasured = told.some((one) => one !== undefined);
  result.last = sameLastYear(year);
  result.change = change(result.year.energy, result.last);
  return result;
}

function givenNow(hass, { sources }, watts) {
  const entities = sources.produced_power ?? sources.sold_power ?? [];
  const powers = entities.map((entity) => watts(known(hass.states[entity])));
  return powers.length && powers.every((one) => one !== undefined)
    ? powers.reduce((sum, one) => sum + one, 0)
    : undefined;
}

/** Return by how many % an energy is more than an earlier one. */
const change = (now, before) =>
  now === undefined || before === undefined ? undefined : 100 * (now / before - 1);

/** Whether a site is well: what was never measured is not. */
export const isWell = ({ faults, isMeasured }) => isMeasured && !faults.length;

/** Return how many are well. */
export const wellOf = (rows) => rows.filter(isWell).length;

/** Return how much is wrong in all. */
export const alertsOf = (rows) => rows.reduce((sum, { faults }) => sum + faults.length, 0);

/** How each column is put in order: a word, or a number of which the largest comes first. */
const ORDERS = {
  name: ({ site }) => site.name,
  power: ({ power }) => power,
  day: ({ day }) => day.energy,
  month: ({ month }) => month.energy,
  year: ({ year }) => year.energy,
  change: (one) => one.change,
  per_area: ({ perArea }) => perArea,
  class: ({ letter }) => letter,
  state: ({ faults }) => faults.length,
  coverage: ({ coverage }) => coverage,
};

export const COLUMNS = Object.keys(ORDERS);

/** Whether a column begins with its smallest when it is first chosen. */
export const isUpFirst = (column) => ["name", "class", "coverage"].includes(column);

/** Return the rows in the order of a column; what is not known comes last, either way. */
export function sorted(rows, { column, isUp }, language) {
  const of = ORDERS[column];
  const { compare } = new Intl.Collator(language, { numeric: true });
  const byName = (one, other) => compare(one.site.name, other.site.name);
  return rows.toSorted((one, other) => {
    const [a, b] = [of(one), of(other)];
    if (a === undefined || b === undefined) {
      return (a === undefined) - (b === undefined) || byName(one, other);
    }
    const order = typeof a === "string" ? compare(a, b) : a - b;
    return (isUp ? order : -order) || byName(one, other);
  });
}

/** Return those of which the name or the commune has the words, with or without accents. */
export function found(rows, words) {
  const isSought = hasAll(words);
  return rows.filter(({ site }) => isSought(`${site.name} ${site.commune ?? ""}`));
}

/**
 * Return what buildings come to together, each column as it is printed: `values` of each building, the
 * same as on its own pages, the `total` they add up to, and of how many of all who use energy it is known.
 */
export function totalsOf(rows) {
  const all = rows.filter(({ uses }) => uses);
  const column = (of, digits) => {
    const values = rows.map((row) => closed([of(row)], digits)[0] ?? undefined);
    const known = values.filter((value) => value !== undefined);
    const total = known.length ? known.reduce((sum, value) => sum + value) : undefined;
    return { values, total, digits, count: known.length, all: all.length };
  };
  const result = { power: column(({ power }) => power, 0) };
  for (const period of PERIODS) {
    result[period] = column((one) => one[period].energy, ENERGY_DIGITS);
    result[`${period}_cost`] = column((one) => one[period].cost, CENTS);
  }
  const over = (some, total, [above, below]) => {
    const sums = [above, below].map((of) => some.reduce((sum, one) => sum + of(one), 0));
    return { total: some.length ? total(...sums) : undefined, count: some.length, all: all.length };
  };
  const both = all.filter((one) => one.change !== undefined);
  result.change = over(both, change, [({ year }) => year.energy, ({ last }) => last]);
  const measured = all.filter(({ perYear }) => Number.isFinite(perYear));
  // Cut as that of each is.
  const cut = (energy, area) => Math.floor(energy / area);
  result.per_area = over(measured, cut, [({ perYear }) => perYear, ({ site }) => site.floor_area]);
  return result;
}
