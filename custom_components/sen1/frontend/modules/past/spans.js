/** Periods of the past: the steps they are shown in, and the same of a year before. */

import { daysIn, earlier, momentOf, partsOf } from "../calendar.js";

/** In what steps each period is shown. */
export const STEPS = { day: "hour", week: "day", month: "day", year: "month" };
export const UNITS = Object.keys(STEPS);

/** Days and weeks are compared with the same days of the week. */
const WEEKDAYS_BACK = 364;

/** Return the same period a year before, of no more days than a month has. */
export function yearBefore(period, zone) {
  const { begin, end } = earlier(period, "year", zone);
  if (period.unit !== "month") return { unit: period.unit, begin, end };
  const { year, month } = partsOf(begin, zone);
  const last = momentOf(zone, { year, month, day: daysIn(period) + 1 });
  return { unit: period.unit, begin, end: new Date(Math.min(end, last)) };
}

/** Return the moment of the period before that a moment is compared with, on the same clock. */
export function momentBefore(time, period, zone) {
  const parts = partsOf(time, zone);
  const isByWeekday = daysIn(period) <= 7;
  const before = isByWeekday
    ? { ...parts, day: parts.day - WEEKDAYS_BACK }
    : { ...parts, year: parts.year - 1 };
  const { begin, end } = yearBefore(period, zone);
  return new Date(Math.max(begin, Math.min(end, momentOf(zone, before))));
}

/**
 * Return for each step the positions of those before that it is compared with. Of hours it is the
 * clock that counts: an hour that one of two days has twice, or not at all, is put to the one before.
 */
export function matched(begins, before, unit, zone) {
  const pairs = begins.map(() => []);
  const isHours = STEPS[unit] === "hour";
  const hours = isHours && begins.map((time) => partsOf(time, zone).hour);
  before.forEach((time, i) => {
    const at = isHours ? lastUntil(hours, partsOf(time, zone).hour) : i;
    pairs[at]?.push(i);
  });
  return pairs;
}

/** Return the first position of the last hour up to one. */
const lastUntil = (hours, hour) =>
  hours.indexOf(Math.max(hours[0], ...hours.filter((one) => one <= hour)));

/** Return values of the year before by the steps they are compared with; null where none is known. */
export const lined = (pairs, values) =>
  pairs.map((from) => {
    const known = from.map((i) => values[i]).filter(Number.isFinite);
    return known.length ? known.reduce((sum, value) => sum + value, 0) : null;
  });
