/** The figures above the bars: what it comes to and costs, and what was saved on the year before. */

import { figure, keyed } from "../card.js";
import { h, subline } from "../dom.js";
import { inOne } from "../formats.js";
import { changeOf } from "./sums.js";
import { digitsOf, nameOf, shortNameOf } from "./words.js";

/** Return a figure that stands beside another. */
const smaller = (written, unit) => figure(written, unit, "figure second");

/** Return both. */
export const heads = (card, shown) => h("div.keys", sum(card, shown), saved(card, shown));

function sum(card, shown) {
  const { text, formats } = card;
  const { series, isMoney } = shown;
  const both = [
    [formats.number(series.total, digitsOf(shown.unit)), shown.unit],
    Number.isFinite(series.total_cost) && [formats.money(series.total_cost)],
  ].filter(Boolean);
  const [first, second] = isMoney ? both.reverse() : both;
  return keyed(
    `${text.quantities[shown.name]}, ${spanOf(card, shown)}`,
    h("div.figures.left", figure(...first), second && smaller(...second)),
    knownIn(card, shown),
  );
}

/** Return the time that the sum is of: what goes on, and what began later, is said. */
function spanOf(card, { series }) {
  const { text, formats, period, isNow, leafed } = card;
  const begin = new Date(Math.max(period.begin, series.since ?? 0));
  if (!isNow)
    return begin > period.begin ? formats.range(begin, period.end) : nameOf(period, formats);
  const now = leafed.now;
  const days =
    period.unit === "day" ? nameOf(period, formats) : formats.range(begin, new Date(now + 1));
  return `${days}, ${text.past.until(formats.time(now))}`;
}

/** Say how much is known where that is not all. */
function knownIn({ text, formats, period, isNow }, { known: share, series, steps }) {
  const inDays = period.unit !== "day";
  const length = steps.lengths.reduce((all, one) => all + one, 0);
  const all = Math.max(1, Math.ceil(length / (inDays ? 86_400_000 : 3_600_000) - 0.05));
  // A part is rounded down, so that all is said of what is whole alone.
  const count = Math.min(all, Math.floor(all * share + 0.02));
  // The hour that goes on is told when it is over.
  if (count >= all || (isNow && length * (1 - share) <= 3_600_000)) return false;
  const since = series.since > +period.begin ? `, ${text.since(formats.date(series.since))}` : "";
  return subline(`${text.past[inDays ? "days_known" : "hours_known"](count, all)}${since}`);
}

/** Return what is less than a year before, in the same time of both: less is saved of what is used. */
function saved(card, shown) {
  const { text, formats, period, leafed } = card;
  const { same, total, unit, isMoney, name } = shown;
  const words = text.past;
  const before = shortNameOf(leafed.before, formats);
  if (!same) return keyed(words.year_before(before), figure("–"), subline(words.nothing_before));
  const change = changeOf(total, same.total);
  if (!same.isComparable || change === undefined) {
    return keyed(words.year_before(before), figure("–"), subline(words.not_comparable));
  }
  const less = same.total - total;
  const isUse = !["produced", "sold"].includes(name);
  const by = Math.abs(less);
  const isCut = +leafed.before.until < +leafed.before.end;
  const under = inOne([
    isCut && words[period.unit === "day" ? "same_hours" : "same_time"],
    isUse && name !== "water" && words.uncorrected,
  ]);
  return keyed(
    less > 0 ? words[isUse ? "saved_on" : "less_than"](before) : words.more_than(before),
    h(
      "div.figures.left",
      isMoney ? smaller(formats.money(by)) : smaller(formats.number(by, digitsOf(unit)), unit),
      h("span.under", formats.percent(100 * Math.abs(change), 1)),
    ),
    subline(under),
  );
}
