/** Periods of the past: the steps they are shown in, and the same of a year before. */

import { daysIn, fromField, momentOf, partsOf, periodAt, span, yearEarlier } from "../calendar.js";

/** In what steps each period is shown; `days` are two dates of one's own. */
export const STEPS = { day: "hour", week: "day", month: "day", year: "month", days: "day" };

/** What can be pressed. */
export const UNITS = ["day", "week", "month", "year"];

/** What is compared in time: the year before, and the period before. */
export const YEAR = "year";
export const BEFORE = "before";

/** Return the day that is asked for under a key, or undefined. */
function dayOf(text, zone) {
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
  return isDate ? fromField(text, zone) : undefined;
}

/** Return the period that is asked for, by a day of it; without one that holds the newest moment. */
export function periodAsked({ ask, newest, formats: { zone } }, most = Infinity) {
  const unit = ask("period");
  const [date, until] = ["date", "until"].map((key) => dayOf(ask(key), zone));
  const days = 1 + Math.round((until - date) / 86_400_000);
  if (unit === "days" && days > 0 && days <= most) return span(date, zone, 0, days);
  return periodAt(Math.min(date ?? newest, newest), UNITS.includes(unit) ? unit : "month", zone);
}

/** Days and weeks are compared with the same days of the week. */
const WEEKDAYS_BACK = 364;

/** Return the same period a year before, of no more days than a month has. */
export function yearBefore(period, zone) {
  const { begin, end } = yearEarlier(period, zone);
  // As many days, whatever February had.
  if (period.unit === "days") return span(begin, zone, 0, daysIn(period));
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
