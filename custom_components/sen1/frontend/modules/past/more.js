/** What few read of a period: its powers, the cold, where the figures come from. */

import { fromField } from "../calendar.js";
import { row } from "../card.js";
import { sumOf } from "../closing.js";
import { h, haIcon } from "../dom.js";
import { capital, ENERGY_DIGITS, inOne, inWords, sentences } from "../formats.js";
import { halfHours } from "../powers.js";
import { comparedTo } from "../year/season.js";
import { STEPS } from "./spans.js";
import { changeOf } from "./sums.js";
import { digitsOf, highestOf, momentOf, peakOf, shortNameOf, stepName } from "./words.js";

/** A figure on Home is another one from this part of it on: both move while they are read. */
const APART = 0.002;

const HOUR = 3_600_000;

/** Return it. */
export function inside(card, shown) {
  const { text, formats, period, weather } = card;
  const words = text.past;
  const told = weather && head(weather);
  const rows = [
    ...(card.isElectric ? powers(card, shown) : []),
    told && [told.label, `${told.change}, ${told.under}`],
    weather &&
      period.unit !== "year" &&
      weather.isCold && [
        words.strips.cold_long,
        formats.quantity(weather.cold.total, words.degree_days),
      ],
    Number.isFinite(shown.series.since) && [
      words.known_since,
      text.since(formats.date(shown.series.since)),
    ],
  ].filter(Boolean);
  const notes = [
    otherAtHome(card, shown),
    weather && note(weather, shown),
    shown.ghost && period.unit === "month" && words.by_date,
  ].filter(Boolean);
  return [
    h(
      "div.rows",
      rows.map(([name, value]) => row(name, value)),
    ),
    weather && sentence(weather),
    notes.map((one) => h("p.note", one)),
  ];
}

/** Return the mean, the least and the highest power, and when. */
function powers(card, shown) {
  const { text, formats, period, site, peaks, leafed } = card;
  const words = text.past;
  const { series, steps, name } = shown;
  const hours = steps.lengths.reduce((sum, ms, i) => sum + (ms / HOUR) * series.known[i], 0);
  const rows = [[words.mean_power, formats.power(series.total / hours)]];
  const least = leastOf(card, name);
  if (least) rows.push([words.least_power, `${formats.power(least.power, "W")}, ${least.moment}`]);
  if (!peaks) {
    // What is known by days or months alone has no highest power.
    const isCoarse = leafed.current.peak?.power.every((power) => power === null);
    if (name === "bought" && series.total > 0 && isCoarse) {
      rows.push([words.highest, words.no_highest]);
    }
    return rows;
  }
  const { values, top } = peaks;
  // What trips is the power of a moment: the mean of a half-hour says little of how near it came.
  const isLimited = site.subscribed_power > 0 && !peaks.isMean;
  const first = values.findIndex(Number.isFinite);
  const isLate = series.known.slice(0, first).some((known) => known > 0);
  const told = [
    peakOf(peaks, top, period.unit, card),
    isLimited && words.of_subscribed(formats.power(site.subscribed_power)),
    isLate && words.recorded(text.since(stepName(steps.begins[first], period.unit, formats))),
  ];
  rows.push([highestOf(peaks, words), inOne(told)]);
  return rows;
}

/** Return the least half-hour, once it is told: `{power, moment}`; of a year it would be too many. */
function leastOf(card, name) {
  const { hass, site, period, formats, text, leafed } = card;
  if (STEPS[period.unit] === "month") return undefined;
  const key = JSON.stringify([site.id, name, period, leafed.now]);
  const fetch = async () => ({
    halves: await halfHours(hass, site, [name], period),
    halvesOf: key,
  });
  card.fetchOnce(key, fetch);
  const halves = card.halvesOf === key ? (card.halves ?? []) : [];
  const least = halves.reduce((at, power, i) => (power < (halves[at] ?? Infinity) ? i : at), -1);
  if (least < 0) return undefined;
  const time = +period.begin + (least * HOUR) / 2;
  return { power: halves[least], moment: momentOf(time, period.unit, formats, text.at) };
}

/** Say what Home shows of the same, where that is counted since another day. */
function otherAtHome(card, { series, unit }) {
  const { text, formats, period, site, homeState } = card;
  const value = parseFloat(homeState?.state);
  if (!Number.isFinite(value)) return undefined;
  if (Math.abs(value - series.total) <= Math.max(0.1, value * APART)) return undefined;
  const words = text.past;
  const there = site.is_main ? words.on_home : words.on_page(site.name);
  const { begin } = homeState.attributes;
  const from = begin && fromField(begin, formats.zone);
  const since = from > period.begin ? `, ${text.since(formats.date(from))}` : "";
  const here =
    series.since > period.begin ? words.here(text.since(formats.date(series.since))) : "";
  const figure = formats.quantity(value, unit, digitsOf(unit));
  return `${words.other_there(text[`this_${period.unit}`], there, figure)}${since}${here}`;
}

/** Return the head of the change in usual weather: `{label, change, under}`, or undefined. */
function head(weather) {
  if (!weather.isCold || !weather.isCorrected || !weather.pairs.length) return undefined;
  const { text, formats } = weather.card;
  const [now, then] = sums(weather, (answer) => answer.corrected);
  return {
    label: `${text.past.in_normal}, ${spanOf(weather, weather.pairs)}`,
    change: inWords(100 * changeOf(now, then), weather.card),
    under: inOne([
      text.past.against(formats.energy(now), formats.number(then, ENERGY_DIGITS)),
      weather.isOther && weather.what,
    ]),
  };
}

/** Return a sum over the months told of both years, of this one and of the one before. */
function sums(weather, of) {
  const { corrected, correctedBefore, pairs } = weather;
  return [corrected, correctedBefore].map((answer) => sumOf(pairs.map((i) => of(answer)[i])));
}

/** Return months in words, as a time in which something is. */
function spanOf(weather, months) {
  const { text, formats } = weather.card;
  const { one, many } = text.past.over;
  const [first, last] = [months[0], months.at(-1)].map((i) =>
    formats.date(weather.cold.begins[i], { month: "long" }),
  );
  // French has `d’` before the months that begin so.
  return first === last ? one(first) : many(first, last, /^[ao]/.test(first));
}

/** Return what explains the difference between both years, in a sentence. */
function sentence(weather) {
  if (!weather.isYear || !weather.isCold || !weather.pairs.length) return false;
  const { text, formats, leafed } = weather.card;
  const words = text.past.weather;
  const { cold, coldBefore, pairs } = weather;
  const sum = (answer, field) => sumOf(pairs.map((i) => answer[field][i]));
  const [now, then] = [cold, coldBefore].map((answer) => sum(answer, "degree_days"));
  const usual = cold.usual_years ? sum(cold, "usual") : undefined;
  const number = (value) => formats.number(value);
  const before = shortNameOf(leafed.before, formats);
  const kind = comparedTo(now, then);
  const beside = usual === undefined ? undefined : comparedTo(now, usual);
  const joined = words[[kind, beside].includes("alike") || kind === beside ? "and" : "but"];
  const parts = [
    words.than[kind](capital(spanOf(weather, pairs)), before),
    words.degree_days(number(now), number(then)),
    beside && `${joined} ${words.usual[beside](number(usual))}`,
  ];
  return h(
    "div.alert.explained",
    haIcon("mdi:thermometer"),
    h(
      "p",
      h("strong", parts[0]),
      ` ${parts[1]}`,
      parts[2] && `, ${parts[2]}`,
      ". ",
      weather.isCorrected && changes(weather),
    ),
  );
}

function changes(weather) {
  const { text, formats } = weather.card;
  const words = text.past.weather;
  const [change, raw] = [
    sums(weather, (one) => one.corrected),
    sums(weather, (one) => one.values),
  ].map(([now, then]) => 100 * changeOf(now, then));
  const by = formats.percent(Math.abs(change), 1);
  const said = change < 0 ? words.less(by) : words.more(by);
  return `${said} ${words.raw(inWords(raw, weather.card), weather.isOther)}`;
}

/** Say what the columns are, and of what time. */
function note(weather, { steps }) {
  if (!weather.isCold || !weather.isYear) return false;
  const { text, formats, isNow } = weather.card;
  const words = text.past;
  const { cold, months } = weather;
  const left = isNow && !months.includes(steps.begun - 1);
  return sentences([
    words.degree_days_are(formats.quantity(cold.base, "°C")),
    cold.usual_years && words.usual_is(...cold.usual_years),
    left &&
      months.length > 0 &&
      words.goes_on(
        capital(formats.date(steps.begins[steps.begun - 1], { month: "long" })),
        spanOf(weather, months),
      ),
  ]);
}
