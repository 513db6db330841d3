/** The heating season: from the first day of autumn until the last of spring, on either half of the globe. */

import { dayBegin, partsOf, startOfDay } from "../calendar.js";

/** The first month, from 0, and the last day that count: 1 October to 20 May, or half a year apart. */
const NORTH = { first: 9, lastMonth: 4, lastDay: 20 };
const SOUTH = { first: 3, lastMonth: 10, lastDay: 20 };

/**
 * Return the whole days of the season that goes on, or of the last one: `{begin, end, before}`, `before`
 * the same dates a year before, `isOver` whether it has ended. On its first day it has none: `end` is `begin`.
 */
export function seasonAt(now, { time_zone: zone, latitude }) {
  const { first, lastMonth, lastDay } = latitude < 0 ? SOUTH : NORTH;
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

/** So little, as a part, the cold of two times is alike. */
const ALIKE = 0.02;

/** Return how a cold is beside another. */
export function comparedTo(now, then) {
  if (Math.abs(now - then) <= ALIKE * then) return "alike";
  return now > then ? "colder" : "milder";
}
