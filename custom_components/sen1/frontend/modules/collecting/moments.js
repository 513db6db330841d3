/** Hours of several days: their places in a picture, and what they are called. */

import { Frame } from "../chart.js";
import { h } from "../dom.js";
import { stepped } from "../stepping.js";

const HOUR = 3_600_000;
const DAY = { weekday: "short", day: "numeric" };

/** Return the frame in which pictures of this width lay so many hours. */
const frameOf = (width, count) => new Frame({ width, height: 0, begin: 0, end: count, top: 1 });

/** Return the hour that lies at a place of a picture of this width, or undefined. */
function hourAt(x, width, count) {
  const { left, right } = frameOf(width, count);
  const i = Math.floor(((x - left) / (width - left - right)) * count);
  return i >= 0 && i < count ? i : undefined;
}

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
      stepAt: (x, wide) => hourAt(x * (width / wide), width, count),
      middleOf: (i) => frameOf(width, count).x(i + 0.5),
      point: (hour) => hour !== pointed && point(hour),
      over: (at) => h("div.hair", { style: `left: ${(100 * at) / width}%` }),
    },
    ...pictures,
  );
}
