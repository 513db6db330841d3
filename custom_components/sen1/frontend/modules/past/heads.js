/** The figures above the bars: what it comes to, a year before, the highest power, what is known. */

import { figure } from "../card.js";
import { h, haIcon, subline } from "../dom.js";
import { inWords } from "../formats.js";
import { changeOf } from "./sums.js";
import { digitsOf, momentOf, nameOf, shortNameOf, stepName } from "./words.js";

/** A figure on Home is another one from this part of it on: both move while they are read. */
const APART = 0.002;

/** Return a figure that stands beside another. */
const smaller = (written, unit) => figure(written, unit, "figure second");

const key = (label, ...content) => h("div", null, subline(label), content);

/** Return all of them. */
export const heads = (card, shown) =>
  h(
    "div",
    { class: "keys" },
    sum(card, shown),
    before(card, shown),
    weather(card) || highest(card, shown),
    known(card, shown),
  );

function sum(card, shown) {
  const { text, formats } = card;
  const { series, isMoney } = shown;
  const energy = digitsOf(shown.unit);
  const both = [
    [formats.number(series.total, energy), shown.unit],
    Number.isFinite(series.total_cost) && [formats.money(series.total_cost)],
  ].filter(Boolean);
  const [first, second] = isMoney ? both.reverse() : both;
  return key(
    `${text.quantities[shown.name]}, ${spanOf(card, shown)}`,
    h("div", { class: "figures left" }, figure(...first), second && smaller(...second)),
    onHome(card, shown),
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

/** Say that Home shows the same figure, or since when each is counted. */
function onHome(card, { series, unit }) {
  const { text, formats, period, site, homeState } = card;
  const value = parseFloat(homeState?.state);
  if (!Number.isFinite(value)) return false;
  const name = text[`this_${period.unit}`];
  const there = site.is_main ? text.past.on_home : text.past.on_page(site.name);
  const digits = digitsOf(unit);
  if (formats.number(value, digits) === formats.number(series.total, digits)) {
    return h(
      "p",
      { class: "under good check" },
      haIcon("mdi:check-circle"),
      text.past.as_there(name, there),
    );
  }
  if (Math.abs(value - series.total) <= Math.max(0.1, value * APART)) return false;
  const begin = card.homeBegin;
  const since = begin > period.begin ? `, ${text.since(formats.date(begin))}` : "";
  const here =
    series.since > period.begin ? text.past.here(text.since(formats.date(series.since))) : "";
  const figureThere = formats.quantity(value, unit, digits);
  const said = text.past.other_there(name, there, figureThere);
  return subline(`${said}${since}${here}`);
}

function before(card, shown) {
  const { text, formats, period, leafed } = card;
  const { same, total, unit, isMoney } = shown;
  const words = text.past;
  const isCut = +leafed.before.until < +leafed.before.end;
  const name = shortNameOf(leafed.before, formats);
  const label = isCut
    ? words[period.unit === "day" ? "same_hours" : "same_time"](name)
    : words.year_before(name);
  if (!same) return key(label, figure("–"), subline(words.nothing_before));
  const change = changeOf(total, same.total);
  return key(
    label,
    isMoney
      ? smaller(formats.money(same.total))
      : smaller(formats.number(same.total, digitsOf(unit)), unit),
    subline(
      same.isComparable && change !== undefined
        ? [
            h("strong", null, inWords(100 * change, card)),
            ` ${words[card.what === "water" ? "in_a_year" : "uncorrected"]}`,
          ]
        : words.not_comparable,
    ),
  );
}

function weather(card) {
  const head = card.weather?.head();
  return head && key(head.label, smaller(head.change), subline(head.under));
}

function highest(card, { name, series, steps }) {
  const { text, formats, period, leafed, peaks } = card;
  const words = text.past;
  if (!peaks) {
    // What is known by days or months alone has no highest power.
    const isCoarse = leafed.current.peak?.power.every((power) => power === null);
    const why = name === "bought" && series.total > 0 && isCoarse && words.no_highest;
    return why && key(words.highest, subline(why));
  }
  const { values, at, top, unit } = peaks;
  const subscribed = card.site.subscribed_power;
  const moment = Number.isFinite(at[top]) && momentOf(at[top], period.unit, formats, text.at);
  // What trips is the power of a moment: the mean of a half-hour says little of how near it came.
  const isLimited = subscribed > 0 && !peaks.isMean;
  const limit = isLimited && words.of_subscribed(formats.quantity(subscribed, "kVA"));
  const { begins } = steps;
  const first = values.findIndex(Number.isFinite);
  const isLate = series.known.slice(0, first).some((known) => known > 0);
  const since = isLate && words.recorded(text.since(stepName(begins[first], period.unit, formats)));
  return key(
    peaks.isMean ? words.highest_half_hour : words.highest,
    smaller(formats.number(values[top], 2), unit),
    subline([moment, limit, since].filter(Boolean).join(", ")),
  );
}

function known(card, { known: share, series, steps }) {
  const { text, formats, period } = card;
  const inDays = period.unit !== "day";
  const length = steps.lengths.reduce((all, one) => all + one, 0);
  const all = Math.max(1, Math.ceil(length / (inDays ? 86_400_000 : 3_600_000) - 0.05));
  // A part is rounded down, so that all is said of what is whole alone.
  const count = Math.min(all, Math.floor(all * share + 0.02));
  const since = series.since > +period.begin ? `, ${text.since(formats.date(series.since))}` : "";
  const words = text.past[inDays ? "days_known" : "hours_known"](count, all);
  const percent = count < all ? Math.min(99, Math.floor(100 * share)) : 100;
  return key(text.past.coverage, smaller(formats.percent(percent)), subline(`${words}${since}`));
}
