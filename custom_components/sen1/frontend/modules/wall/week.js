/** This week: what was used each day, beside the week before, and what of it came from the roof. */

import { move, periodAt, span, startOfDay } from "../calendar.js";
import { closed, sumOf } from "../closing.js";
import { h } from "../dom.js";
import { askedOf } from "../sites.js";
import { squares } from "./parts.js";

const HOUR = 3_600_000;
const WEEK = 7;
const SCHOOL_DAYS = 5;
/** A day of which less is known is not laid beside another. */
const ENOUGH = 0.95;

const siteOf = ({ sites, consumption }) => sites.find(({ id }) => id === consumption.site);
const isSchool = (wall) => siteOf(wall)?.kind === "school";

/** Ask for both weeks, once an hour: the day before may be known late. `week` is null where nothing is. */
export function want(wall) {
  const { hass, formats } = wall;
  const site = siteOf(wall);
  return wall.fetchOnce([site?.id, Math.floor(Date.now() / HOUR)], async () => {
    const { zone } = formats;
    const end = startOfDay(Date.now(), zone);
    const period = periodAt(end - 1, "week", zone);
    const { begin } = move(period, -1, zone);
    const ask = () => hass.callWS(askedOf("sen1/energies", site.id, { begin, end }, "day"));
    const told = site && (await ask().catch(() => undefined));
    return { week: told ? { period, ...toldOf(wall, told.quantities) } : (wall.week ?? null) };
  });
}

/** Return by day what was used and what of it came from the roof, undefined where too little is known. */
function toldOf(wall, { consumed, bought, produced, self_consumed: sun }) {
  const days = isSchool(wall) ? SCHOOL_DAYS : WEEK;
  const used = consumed ?? (produced ? undefined : bought);
  const of = (all, from) =>
    Array.from({ length: days }, (_, day) =>
      all?.known[from + day] >= ENOUGH ? all.values[from + day] : undefined,
    );
  return { before: of(used, 0), used: of(used, WEEK), sun: of(sun, WEEK) };
}

const isKnown = (value) => value >= 0;

export const title = (wall) => {
  const words = +wall.week.period.end > Date.now() ? "this_week" : "last_week";
  return wall.text.wall[words][isSchool(wall) ? "school" : "home"];
};
export const isPossible = ({ week }) => Boolean(week) && sumOf(week.used) > 0;
export const periodOf = ({ week, formats }) =>
  span(week.period.begin, formats.zone, 0, week.used.findLastIndex(isKnown) + 1);
export const note = ({ consumption, text }) => `${consumption.full}. ${text.wall.measured}`;

export function content(wall) {
  const { text, week } = wall;
  const words = text.wall;
  const used = closed(week.used, 0);
  const sunny = Math.round((100 * sumOf(week.sun)) / sumOf(week.used));
  const bars = h("ha-card", answer(wall, used), barsOf(wall, used), sunny > 0 && legend(words));
  if (!sunny) return bars;
  return h(
    "div.main",
    bars,
    h(
      "ha-card.share",
      h("p.words", words.of_hundred, h("br"), h("strong", words.from_sun(sunny))),
      squares((i) => i < sunny && "sun"),
    ),
  );
}

/** Say what was saved on the same days of the week before; if nothing was, what was used. */
function answer({ text, formats, week }, printed) {
  const words = text.wall;
  const isSame = week.used.every((value, day) => !isKnown(value) || isKnown(week.before[day]));
  const all = sumOf(printed);
  const before = Math.round(sumOf(week.before.filter((_, day) => isKnown(week.used[day]))));
  const [used, then] = [all, before].map((value) => formats.number(value));
  const isSaved = isSame && before > all;
  return [
    h("p.huge", isSaved ? words.saved(formats.number(before - all)) : words.used_all(used)),
    isSame && h("p.words.soft", isSaved ? words.used_before(used, then) : words.before(then)),
  ];
}

/** Draw a bar a day, at its foot what came from the roof. */
function barsOf({ formats, week }, printed) {
  const most = Math.max(...week.used.filter(isKnown));
  const part = (value, of) => `height: ${(100 * (value ?? 0)) / of}%`;
  const bar = (used, day) => {
    const { begin } = span(week.period.begin, formats.zone, day, 1);
    return h(
      "li",
      h(
        "div",
        isKnown(used) && h("b", formats.number(printed[day])),
        h("div", { style: part(used, most) }, h("i", { style: part(week.sun[day], used || 1) })),
      ),
      formats.date(begin, { weekday: "short" }),
    );
  };
  return h("ol.week", week.used.map(bar));
}

const legend = (words) =>
  h(
    "ul.legend.words",
    [
      ["consumption-fill", words.from_network],
      ["production-fill", words.from_roof],
    ].map(([hue, said]) => h("li", h("span.swatch", { style: `background: var(--${hue})` }), said)),
  );
