/** What the board of a challenge comes to on the page: places, lengths and steps; nothing is drawn. */

import { fromField, toField } from "../calendar.js";
import { scaleTo } from "../chart.js";

/** A team of fewer homes with a score has none, for it would tell what each of them saved. */
export const LEAST_HOMES = 5;

export const SQUARES = 100;
const DAY = 86_400_000;

/** Return by what a rule compares a home: the weather, the time before or those that heat alike. */
export const kindOf = (rule) => (rule.startsWith("grand-defi") ? "group" : rule);

/** Whether the score of a team, or of all, is told. */
export const isTold = ({ value }) => Number.isFinite(value);

/** Whether enough homes of a team have a score; its own may be told in the end alone. */
export const isCounted = ({ homes }) => homes >= LEAST_HOMES;

/** Return teams in the order in which they are read, each with its index: by rank, who has none last. */
export const inOrder = (teams) =>
  teams
    .map((team, index) => ({ ...team, index }))
    .sort((one, other) => (one.rank ?? Infinity) - (other.rank ?? Infinity));

/** Return the homes of a team by what they saved, each with its place there; equals share one. */
export function homesOf({ homes }, team) {
  const own = homes.filter((home) => home.team === team && isTold(home));
  return own
    .map((home) => ({ ...home, place: 1 + own.filter(({ value }) => value > home.value).length }))
    .sort((one, other) => one.place - other.place || one.number - other.number);
}

/** Return the round ends of an axis that holds values and 0, with its ticks. */
export function axisOf(values) {
  const known = values.filter(Number.isFinite);
  const most = Math.max(0, ...known);
  const least = Math.min(0, ...known);
  const [, step] = scaleTo(most - least).ticks;
  const steps = (size) => Math.ceil((size / step) * 0.999);
  const below = steps(-least);
  // Where nothing is lost nor saved there is still something to stand on.
  const above = Math.max(steps(most), below ? 0 : 1);
  const ticks = Array.from({ length: below + above + 1 }, (_, i) => (i - below) * step);
  return { low: ticks[0], high: ticks.at(-1), ticks };
}

/** Return where the bar of a value begins on an axis, and how long it is, per cent of it. */
export function barOf(value, { low, high }) {
  const part = (one) => (100 * (one - low)) / (high - low);
  return { from: part(Math.min(0, value)), length: part(Math.abs(value) + low) };
}

/** Return with how many decimals a quantity is told. */
export const digitsOf = ({ unit }) => (unit === "m³" ? 1 : 0);

/** Whether the weather is told apart from what the home saved. */
export const isCorrected = ({ by_weather_kwh: kwh }) => Number.isFinite(kwh);

/**
 * Return what a home used last year, was expected to and did, rounded, with the steps between them as
 * they are printed; undefined where that is not known. Of what is not corrected as much was expected as
 * last year.
 */
export function stepsOf(mine) {
  const scale = 10 ** digitsOf(mine);
  const { reference_kwh: reference, expected_kwh: expected, used_kwh: used } = mine;
  const all = [reference, isCorrected(mine) ? expected : reference, used];
  if (!all.every(Number.isFinite)) return undefined;
  const [first, hoped, last] = all.map((value) => Math.round(value * scale));
  return {
    before: first / scale,
    expected: hoped / scale,
    used: last / scale,
    byWeather: (hoped - first) / scale,
    byUs: (last - hoped) / scale,
  };
}

/** Return how many of a hundred squares were saved: never more than there are, none of a loss. */
export const squaresOf = (value) => Math.min(SQUARES, Math.max(0, Math.round(value)));

/** Return for each week of a challenge how much of it is measured, 0 to 1. */
export function progressOf({ action: [begin, end], through }) {
  const days = daysBetween(begin, end) + 1;
  const done = through ? Math.min(days, Math.max(0, daysBetween(begin, through) + 1)) : 0;
  return Array.from({ length: Math.ceil(days / 7) }, (_, week) => {
    const length = Math.min(7, days - 7 * week);
    return Math.min(1, Math.max(0, (done - 7 * week) / length));
  });
}

/** Return how many days of a challenge are to come, today among them. */
export function daysLeft({ action: [begin, end] }, today) {
  const [from] = [begin, today].sort().reverse();
  return Math.max(0, daysBetween(from, end) + 1);
}

/** Return the first day of each week of a challenge. */
export const weeksOf = ({ action: [begin], weeks }) =>
  Array.from({ length: weeks }, (_, week) => moved(begin, 7 * week));

/** Return the first day after a challenge, on which it is over. */
export const dayAfter = ({ action: [, end] }) => moved(end, 1);

/** Return the day of the home. */
export const todayIn = (zone) => toField(Date.now(), zone);

/** Return both days of a period as one reads them, with what they share said once. */
export const periodRead = (formats, [begin, end]) =>
  formats.range(fromField(begin, formats.zone), fromField(moved(end, 1), formats.zone));

const utc = (day) => Date.parse(`${day}T00:00:00Z`);

/** Return how many days after a day another is. */
export const daysBetween = (one, other) => Math.round((utc(other) - utc(one)) / DAY);

const moved = (day, days) => new Date(utc(day) + days * DAY).toISOString().slice(0, 10);
