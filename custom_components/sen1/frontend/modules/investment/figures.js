/** Figures of a citizen investment: what comes back, and what projects produced, step by step. */

import { daysOf, monthsOf } from "../calendar.js";
import { grouped } from "../recorder.js";

const HOUR = 3_600_000;

/**
 * Return what a year brings of what was put into each project, in per cent, `{name, real, expected,
 * least, most}`: as it was so far, and as the project itself expects. Who knows neither is left out.
 */
export function yieldsOf(each) {
  return each
    .map(({ name, figures }) => {
      const years = figures.payback?.mine;
      const { yield_expected, yield_from, yield_to } = figures.shares?.attributes ?? {};
      const real = years ? 100 / years : undefined;
      return { name, real, expected: yield_expected, least: yield_from, most: yield_to };
    })
    .filter(({ name: _name, ...known }) => Object.values(known).some(Number.isFinite));
}

/**
 * Return between which parts of what was put in a year brings, by the projects themselves, `{least,
 * most}`; undefined where one of them does not say.
 */
function rangeOf(each) {
  const sum = { invested: 0, least: 0, most: 0 };
  for (const { figures } of each) {
    const invested = figures.invested?.mine;
    const { yield_from: least, yield_to: most } = figures.shares?.attributes ?? {};
    if (!invested || !least || !most) return undefined;
    sum.invested += invested;
    sum.least += (invested * least) / 100;
    sum.most += (invested * most) / 100;
  }
  if (!sum.invested) return undefined;
  return { least: sum.least / sum.invested, most: sum.most / sum.invested };
}

/**
 * Return what comes back of what was put in, or undefined where nothing is known of it. What is
 * `left` comes in so many years: `around` as `yearly` so far; `late` and `soon` at the `range` that
 * the projects expect, where all do.
 */
export function paybackOf(all, each) {
  const invested = all.invested?.mine;
  const income = all.income?.mine;
  if (invested === undefined || income === undefined) return undefined;
  const left = Math.max(0, invested - income);
  const years = all.payback?.mine;
  const yearly = years ? invested / years : undefined;
  const range = rangeOf(each);
  return {
    invested,
    income,
    left,
    yearly,
    range,
    late: range && left / (invested * range.least),
    soon: range && left / (invested * range.most),
    around: left / yearly,
    past: Math.round(income / yearly),
  };
}

/** Return what a holding's past is read from: hours that the friend shares, and its power here. */
export const sourcesOf = ({ energy_year, power }) => ({
  past: energy_year?.attributes.statistic,
  live: power?.entity,
});

const partOf = ({ shares }) => (shares?.whole && shares.mine ? shares.mine / shares.whole : 1);

/** Return the powers of projects added up, `{whole, mine}`, or undefined where none is known. */
export function producedBy(each, values, unit) {
  const projects = each
    .map(({ figures }) => ({ part: partOf(figures), values: wholePowers(figures, values, unit) }))
    .filter((one) => one.values?.some((value) => !Number.isNaN(value)));
  if (!projects.length) return undefined;
  return { whole: added(projects, () => 1), mine: added(projects, ({ part }) => part) };
}

/** Return the powers of a whole project: of each step from the better source, where both know it. */
function wholePowers(figures, values, unit) {
  const { past, live } = sourcesOf(figures);
  const shared = values[past];
  const own = values[live]?.map((value) => value / partOf(figures));
  const [better, other] = unit === "day" ? [own, shared] : [shared, own];
  if (!better?.length || !other?.length) return better?.length ? better : other;
  return better.map((value, i) => (Number.isNaN(value) ? other[i] : value));
}

/** Return the powers of projects added up where at least one is known, each times its `scale`. */
const added = (projects, scale) =>
  Float64Array.from(projects[0].values, (_, i) => {
    const known = projects.filter(({ values }) => Number.isFinite(values[i]));
    if (!known.length) return NaN;
    return known.reduce((sum, project) => sum + project.values[i] * scale(project), 0);
  });

/** Return hourly powers as the energies of days, or of the months of a year: `{starts, values}`. */
export function energiesOf(values, period, zone) {
  const starts = (period.unit === "month" ? daysOf : monthsOf)(period, zone);
  return { starts, values: grouped(values, period.begin, HOUR, starts, period.end, true) };
}
