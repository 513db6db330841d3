/** The heating season: from the first day of autumn until the last of spring, on either half of the globe. */

import { dayBegin, partsOf, startOfDay } from "../calendar.js";

/** The first month, from 0, and the last day that count: 1 October to 20 May, or half a year apart. */
const NORTH = { first: 9, lastMonth: 4, lastDay: 20 };
const SOUTH = { first: 3, lastMonth: 10, lastDay: 20 };

const hemisphere = (latitude) => (latitude < 0 ? SOUTH : NORTH);

/**
 * Return the whole days of the season that goes on, or of the last one: `{begin, end, before}`, `before`
 * the same dates a year before, `isOver` whether it has ended. On its first day it has none: `end` is `begin`.
 */
export function seasonAt(now, { time_zone: zone, latitude }) {
  const { first, lastMonth, lastDay } = hemisphere(latitude);
  const today = startOfDay(now, zone);
  const { year, month } = partsOf(today, zone);
  const began = month >= first ? year : year - 1;
  const ends = (from) => dayBegin(zone, from + (lastMonth < first ? 1 : 0), lastMonth, lastDay + 1);
  const [begin, last] = [dayBegin(zone, began, first, 1), ends(began)];
  const isOver = +today >= +last;
  const end = isOver ? last : today;
  const { month: endMonth, day, year: endYear } = partsOf(end, zone);
  const before = {
    begin: dayBegin(zone, began - 1, first, 1),
    end: dayBegin(zone, endYear - 1, endMonth, day),
  };
  return { begin, end, before, isOver };
}

/** Return the season that began in a year, or the newest: also its `year`, and whether it `isNewest`. */
export function seasonOf(year, now, config) {
  const { time_zone: zone, latitude } = config;
  const newest = seasonAt(now, config);
  const { year: began } = partsOf(newest.begin, zone);
  const isNewest = !(year < began);
  if (isNewest) return { ...newest, year: began, isNewest };
  // In the month before the next one begins it is over.
  const after = dayBegin(zone, year + 1, hemisphere(latitude).first - 1, 1);
  return { ...seasonAt(after, config), year, isNewest };
}

/** So little, as a part, the cold of two times is alike. */
const ALIKE = 0.02;

/** Return how a cold is beside another. */
export function comparedTo(now, then) {
  if (Math.abs(now - then) <= ALIKE * then) return "alike";
  return now > then ? "colder" : "milder";
}
