/** What is shown of a period: the steps of one quantity, in energy or money, and what they add up to. */

import { closed, closedTable, sumOf } from "../closing.js";
import { ENOUGH } from "../year/answers.js";
import { lined, matched } from "./spans.js";

/** What stands for each thing that is counted: the first that a site has. */
const STANDING = {
  electricity: ["bought", "produced", "sold", "consumed"],
  roof: ["produced"],
  gas: ["gas"],
  water: ["water"],
};
/** Of a roof it is what it gives. */
const STANDING_OF_ROOF = { ...STANDING, electricity: ["produced", "sold", "bought"] };

/** Periods from cheap to dear, by what their names begin with; others stand between the two. */
const CHEAP = ["off_peak_blue", "peak_blue", "off_peak_white", "peak_white", "off_peak_red"];
const DEAR = ["peak_red", "fixed_peak", "mobile_peak", "peak"];

/** Return what can be looked at of an answer, by what is counted: `{electricity: "bought"}`. */
export function countedIn({ quantities }, isRoof = false) {
  const first = (names) =>
    names.find((name) => quantities[name]?.since != null) ?? names.find((name) => quantities[name]);
  const found = Object.entries(isRoof ? STANDING_OF_ROOF : STANDING)
    .map(([what, names]) => [what, first(names)])
    .filter(([, name]) => name);
  // A roof that stands alone is what there is of electricity.
  const [[, standing] = []] = found;
  return Object.fromEntries(found.filter(([what, name]) => what !== "roof" || name !== standing));
}

/** Return tariff periods, the cheap ones first; a period that is not known is last. */
export function fromCheapToDear(tariffs) {
  const rank = (tariff) => {
    if (!tariff) return 100;
    if (CHEAP.includes(tariff)) return 10 + CHEAP.indexOf(tariff);
    if (DEAR.some((start) => tariff.startsWith(start))) return 50;
    return /off_peak|weekend|summer|low_season/.test(tariff) ? 20 : 30;
  };
  return tariffs
    .map((tariff, i) => ({ tariff, i }))
    .sort((one, other) => rank(one.tariff) - rank(other.tariff) || one.i - other.i)
    .map(({ tariff }) => tariff);
}

const isSomeKnown = (values) => values.some(Number.isFinite);

/** Return the steps of an answer: how many of them have begun by `now`, and how long each is known. */
export function stepsOf({ begins, end }, now) {
  const ends = [...begins.slice(1), end];
  const lengths = begins.map((begin, i) => Math.max(0, Math.min(ends[i], now) - begin));
  return { begins, ends, lengths, begun: lengths.filter((length) => length > 0).length };
}

/** Return which part of the time so far a series is known. */
export function shareKnown({ known }, { lengths }) {
  const all = sumOf(lengths);
  return all ? sumOf(lengths.map((length, i) => length * known[i])) / all : 0;
}

/**
 * Return what is shown of a quantity: `values` and `total` in energy or money, each of `layers` (a
 * tariff period, where there are some), and the same a year before.
 */
export function shownOf({ current, whole, same, now, period, zone }, name, isMoney) {
  const field = isMoney ? "costs" : "values";
  const sum = isMoney ? "total_cost" : "total";
  const series = current.quantities[name];
  const steps = stepsOf(current, now);
  const past = whole.quantities[name];
  const until = same?.quantities[name];
  const values = steps.begins.map((_, i) =>
    i < steps.begun ? (series[field]?.[i] ?? null) : null,
  );
  const pairs = (answer) => matched(steps.begins, answer?.begins ?? [], period.unit, zone);
  const isBefore = past !== undefined && isSomeKnown(past[field] ?? []);
  const isSame = until !== undefined && isSomeKnown(until[field] ?? []);
  const sameKnown = isSame ? shareKnown(until, stepsOf(same, now)) : 0;
  const known = shareKnown(series, steps);
  return {
    name,
    series,
    steps,
    isMoney,
    unit: series.unit,
    values,
    isKnown: isSomeKnown(values),
    total: series[sum] ?? sumOf(values),
    layers: layersOf(series, field, sum, values),
    known,
    ghost: isBefore ? lined(pairs(whole), past[field]) : undefined,
    same: isSame && {
      values: lined(pairs(same), until[field]),
      known: lined(pairs(same), until.known),
      total: until[sum] ?? sumOf(until[field]),
      isComparable: Math.min(known, sameKnown) >= ENOUGH,
    },
  };
}

/** Return the values of each tariff period, of which there are two or more; what is left has none. */
function layersOf({ tariffs = {} }, field, sum, values) {
  const all = { ...tariffs };
  const given = Object.values(all);
  const at = (one, i) => one[field]?.[i] ?? 0;
  const left = values.map((value, i) => value - sumOf(given.map((one) => at(one, i))));
  const isLeft = sumOf(left) > sumOf(values) * 1e-6 + 1e-6;
  if (given.length && isLeft) {
    all[""] = { [field]: left.map((rest, i) => Math.max(0, rest) + at(all[""] ?? {}, i)) };
  }
  const layers = fromCheapToDear(Object.keys(all))
    .map((tariff) => ({
      tariff,
      values: values.map((value, i) => (value === null ? null : at(all[tariff], i))),
      total: all[tariff][sum],
    }))
    .filter((one) => sumOf(one.values) > 0);
  return layers.length > 1 ? layers : [];
}

/** Return by which part a value changed, or undefined where one of both is not known. */
export const changeOf = (value, before) =>
  Number.isFinite(value) && before > 0 ? (value - before) / before : undefined;

/**
 * Whether a step of a period has its like a year before. An hour says nothing of habits, and a date is
 * another day of the week: they are shown beside each other, and not compared.
 */
export const isLike = ({ unit }) => ["week", "year"].includes(unit);

/** Return by which part a step changed from a year before, where both are known. */
export function stepChange({ series, values, same }, i) {
  const known = Math.min(series.known[i], same ? same.known[i] : 0);
  return known >= ENOUGH ? changeOf(values[i], same.values[i]) : undefined;
}

/** Whether nothing is missing of a step, but for a moment. */
export const isWhole = ({ series }, i) => series.known[i] >= ENOUGH;

/**
 * Return what is printed of the steps that have begun: values and layers, rounded so
 * that each column adds up to its total, and each row to its own.
 */
export function printedOf({ values, total, layers, steps }, digits) {
  const printed = closed(values.slice(0, steps.begun), digits, total);
  const totals = closed(
    layers.map((one) => one.total ?? sumOf(one.values)),
    digits,
    total,
  );
  const rows = printed.map((_, i) => layers.map((one) => one.values[i]));
  const table = layers.length > 0 && closedTable(rows, digits, printed, totals);
  return {
    values: table ? table.sums : printed,
    layers: table ? table.cells : rows,
    totals,
  };
}

/** Return the steps of a strip: what of the sun was used here, and what was sold. */
export function sunOf({ quantities }, { begun }) {
  const begunOf = (name) => quantities[name]?.values.slice(0, begun);
  const [produced, sold] = [begunOf("produced"), begunOf("sold")];
  const used = begunOf("self_consumed") ?? produced?.map((value, i) => less(value, sold?.[i]));
  if (!isSomeKnown(produced ?? []) && !isSomeKnown(sold ?? [])) return undefined;
  return {
    used,
    sold,
    totals: {
      used: quantities.self_consumed?.total ?? (used && sumOf(used)),
      sold: quantities.sold?.total,
      produced: quantities.produced?.total,
      income: quantities.sold?.total_cost,
    },
  };
}

const less = (value, by) => (Number.isFinite(value) ? Math.max(0, value - (by ?? 0)) : null);
