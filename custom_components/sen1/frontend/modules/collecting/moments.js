/** Hours of several days: their places in a picture, and what they are called. */

import { daysOf } from "../calendar.js";
import { Frame } from "../chart.js";
import { h } from "../dom.js";
import { slots, stepped } from "../stepping.js";

export const HOUR = 3_600_000;
const DAY = { weekday: "short", day: "numeric" };

/** What the curves of hours leave at their sides. */
const { left, right } = new Frame({ width: 0, height: 0 });

/** Return a time as an hour of the clock, if such an hour reads as one: a bare number does not. */
const clock = (time, hour, formats) => (/^\d+$/.test(hour) ? formats.time(time) : hour);

/** Return from when to when something is, Unix milliseconds; a day that is the same is said once. */
export function spanOf(begin, end, { formats, text }) {
  const [first, last] = [begin, end - 1].map((time) => formats.date(time, DAY));
  const from = `${first}, ${clock(begin, formats.hour(begin), formats)}`;
  const until = clock(end, formats.lastHour(end), formats);
  return text.from_to(from, first === last ? until : `${last}, ${until}`);
}

/** Return the name of an hour: its day, and from when to when it is. */
export const hourName = (begin, card) => spanOf(begin, begin + HOUR, card);

/** Return the days of a period of hours: their `begin`, and `from` which of its hours `to` which they are. */
export function daysOfHours(period, zone) {
  const at = (time) => Math.round((time - period.begin) / HOUR);
  return daysOf(period, zone).map((begin, n, all) => ({
    begin,
    from: at(begin),
    to: at(all[n + 1] ?? period.end),
  }));
}

/**
 * Return pictures of so many hours that one can point at. `told` returns what is told of an hour, `first`
 * is the hour with which a keyboard begins, and `point` is called with another that is pointed at.
 */
export function pointedHours(
  { label, colon, width, count, pointed, first, isNarrow, told, point },
  ...pictures
) {
  return stepped(
    {
      ...{ label, colon, width, count, pointed, first, isNarrow, told },
      ...slots({ width, count, left, right }),
      point: (hour) => hour !== pointed && point(hour),
      over: (at) => h("div.hair", { style: `left: ${(100 * at) / width}%` }),
    },
    ...pictures,
  );
}
