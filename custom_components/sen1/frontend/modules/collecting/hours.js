/** The hours of a group of homes: what each measure tells of them, what that comes to, and what is missing. */

import { daysIn } from "../calendar.js";
import { sumOf } from "../closing.js";
import { daysOfHours, HOUR } from "./moments.js";

/** How a group is looked at; what is not known of it is not offered. */
export const MEASURES = ["mean", "sum", "per_area", "per_person", "median"];

/** Return the unit in which the hours of a measure are told. */
export const unitOf = (measure) => (measure === "per_area" ? "W/m²" : "W");

/**
 * Return what `sen1/collection_group` answers in equal steps: `{period, of, homes, sums, values}`; `values`
 * has what each measure tells of each hour, kWh, NaN where nothing is known. Undefined without hours.
 */
export function hoursOf({ hours, median, of }) {
  if (!hours.length) return undefined;
  const begin = hours[0][0] * 1000;
  const end = hours.at(-1)[0] * 1000 + HOUR;
  const count = Math.round((end - begin) / HOUR);
  const empty = () => new Float64Array(count).fill(NaN);
  const values = Object.fromEntries(MEASURES.map((measure) => [measure, empty()]));
  const homes = new Float64Array(count);
  hours.forEach(([at, sum, reporting, , , perArea, perPerson], n) => {
    const i = Math.round((at * 1000 - begin) / HOUR);
    homes[i] = reporting;
    // Of fewer than five homes nothing is told but how many they are.
    if (sum === null) return;
    values.sum[i] = sum;
    values.mean[i] = sum / reporting;
    values.per_area[i] = perArea ?? NaN;
    values.per_person[i] = perPerson ?? NaN;
    values.median[i] = median[n] ?? NaN;
  });
  const period = { unit: "days", begin: new Date(begin), end: new Date(end) };
  return { period, of, homes, values };
}

/** Return the measures of which anything is known. */
export const measuresOf = ({ values }) =>
  MEASURES.filter((measure) => values[measure].some(Number.isFinite));

/** Return the energy of the hours of which it is known, kWh. */
export const energyOf = ({ values }) => sumOf(values.sum);

/** Return what a measure comes to in a day of 24 hours, kWh, by the hours that are known. */
export function perDay({ values }, measure) {
  const known = values[measure].filter(Number.isFinite);
  return (24 * sumOf(known)) / known.length;
}

/** Return the part of the homes that an hour is made of, 0 to 1. */
export const coverageAt = ({ homes, of }, i) => (of > 0 ? Math.min(1, homes[i] / of) : 0);

/** Return the part of all hours of all homes that is known, 0 to 1. */
export const coverageOf = (group) =>
  group.homes.reduce((all, _, i) => all + coverageAt(group, i), 0) / group.homes.length;

/** Return the gap in which the least is known, of two the longer one, Unix milliseconds; or undefined. */
export const worstOf = (gaps) =>
  gaps
    .map((gap) => ({ ...gap, begin: Date.parse(gap.begin), end: Date.parse(gap.end) }))
    .toSorted(
      (one, other) =>
        one.coverage - other.coverage || other.end - other.begin - (one.end - one.begin),
    )[0];

/**
 * Return the days of a group, `{begin, energy, perDay, coverage}`: the energy that was measured, what a measure
 * comes to in 24 hours, and the part that is known.
 */
export const daysOfGroup = ({ period, of, homes, values }, measure, zone) =>
  daysOfHours(period, zone).map(({ begin, from, to }) => {
    const within = (all) => all.subarray(from, to);
    const part = {
      of,
      homes: within(homes),
      values: { sum: within(values.sum), [measure]: within(values[measure]) },
    };
    return {
      begin,
      energy: energyOf(part),
      perDay: perDay(part, measure),
      coverage: coverageOf(part),
    };
  });

/** Return how many days of the calendar a group is looked at. */
export const countOfDays = ({ period }) => daysIn(period);
