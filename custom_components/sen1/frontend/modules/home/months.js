/** What this month and this year came to, beside the same days of last year. */

import { earlier, periodAt, toField } from "../calendar.js";
import { figure } from "../card.js";
import { hatch, textAt } from "../chart.js";
import { h, s, subline } from "../dom.js";
import { ENERGY_DIGITS } from "../formats.js";
import { lastKnown, sameLastYear } from "../installation.js";
import { askedOf, isRoof } from "../sites.js";
import { costSince } from "./day.js";
import { figuresOf, mainOf } from "./figures.js";
import { beside } from "./words.js";

const STEPS = { month: "day", year: "month" };
const HEIGHT = 74;
const BASE = 58;
const TOP = 6;

/** Return what is shown of a month or year, or nothing of a site that counts no energy. */
export function span(card, unit) {
  const { text, formats, site } = card;
  const entity = mainOf(card, unit);
  if (!entity) return undefined;
  const period = periodAt(Date.now(), unit, formats.zone);
  const shown = figuresOf(card, unit);
  const to = site && ["past", { period: unit, date: toField(period.begin, formats.zone) }];
  const title = text[`this_${unit}`];
  if (!shown) {
    const known = lastKnown(card.hass, entity);
    const until = known ? text.known_until(formats.date(known)) : text.no_data;
    return { title, to, content: [subline(text.not_known_yet), subline(until)] };
  }
  const { total, paid, since } = shown;
  const last = isRoof(site) ? undefined : sameLastYear(card.state(entity).attributes);
  const begin = new Date(Math.max(period.begin, since ?? 0));
  const end = lastKnown(card.hass, entity) ?? new Date();
  return {
    title,
    under: [
      !card.isNarrow && formats.range(begin, new Date(+end + 1)),
      card.isNarrow && since > period.begin && text.since(formats.date(since)),
    ],
    to,
    content: [
      h(
        "div",
        { class: "figures" },
        figure(formats.number(total, ENERGY_DIGITS), "kWh"),
        paid !== undefined && h("p", { class: "figure second" }, formats.money(paid)),
      ),
      last !== undefined && beside(card, total - last, than(card, unit, period)),
      costSince(card, unit, since),
      site && !card.isNarrow && bars(card, unit, period),
    ],
  };
}

function than({ text, formats }, unit, { begin }) {
  const before = earlier({ unit, begin, end: begin }, "year", formats.zone).begin;
  const name = formats.date(before, {
    year: "numeric",
    month: unit === "month" ? "long" : undefined,
  });
  return text.home[unit === "month" ? "than_month" : "than_year"](name);
}

/** Return small bars of the steps, with those of last year as ticks; what is to come is dashed. */
function bars(card, unit, period) {
  const { formats, site } = card;
  const step = STEPS[unit];
  const before = earlier(period, "year", formats.zone);
  const asked = [period, before].map((one) => askedOf("sen1/energies", site.id, one, step));
  const { found } = card.told(unit, ...asked);
  const all = widthOf(card);
  const place = { class: "bars", viewBox: `0 0 ${all} ${HEIGHT}`, "aria-hidden": "true" };
  if (!found) return s("svg", place);
  const name = (isRoof(site) ? ["produced", "sold"] : ["bought"]).find(
    (one) => found[0].quantities?.[one],
  );
  if (!name) return s("svg", place);
  const [current, last] = found.map(({ quantities }) => quantities?.[name]);
  const [line, fill, pale] = TONES[name].map((one) => `var(${one})`);
  const dashed = { stroke: fill, "stroke-dasharray": "3 2" };
  const { values, known } = current;
  const begins = found[0].begins;
  const most = Math.max(...values, ...(last?.values ?? []), 1e-6);
  const width = (all - 4) / begins.length;
  const y = (value) => BASE - (value / most) * (BASE - TOP);
  const none = hatch(`none-${unit}`, "var(--axis)", "none");
  const today = Date.now();
  const newest = known.findLastIndex((part) => part > 0);
  const box = (i, top, look) =>
    s("rect", {
      x: 2 + width * (i + 0.14),
      width: width * 0.72,
      y: top,
      height: BASE - top,
      rx: 1.5,
      ...look,
    });
  return s(
    "svg",
    place,
    none.defs,
    begins.map((_, i) => {
      const tick = last?.values[i];
      const look = i === newest ? { fill: line, stroke: line } : { fill: pale, stroke: fill };
      const isComing = begins[i] > today;
      return [
        known[i] > 0 && box(i, y(values[i]), look),
        !(known[i] > 0) && !isComing && box(i, y(most / 2), { fill: none.fill, ...dashed }),
        isComing && unit === "year" && tick > 0 && box(i, y(tick), { fill: "none", ...dashed }),
        tick > 0 &&
          s("line", {
            x1: 2 + width * (i + 0.08),
            x2: 2 + width * (i + 0.92),
            y1: y(tick),
            y2: y(tick),
            stroke: "var(--ghost)",
            "stroke-width": 1.6,
          }),
      ];
    }),
    s("line", { x1: 0, x2: all, y1: BASE, y2: BASE, stroke: "var(--axis)" }),
    begins.map((begin, i) => {
      if (unit === "month" && i % 7 && i !== newest) return false;
      if (unit === "month" && i !== newest && Math.abs(i - newest) < 3) return false;
      const parts = unit === "month" ? { day: "numeric" } : { month: "narrow" };
      const isStrong = i === newest && unit === "month";
      const text = formats.date(begin, parts);
      return textAt(2 + width * (i + 0.5), HEIGHT - 3, text, { isStrong });
    }),
  );
}

/** How wide the picture is: three cards stand beside each other, or two. */
const widthOf = ({ width, config }) => {
  const beside = width >= 900 ? 3 : 2;
  const count = config.part ? 1 : beside;
  return Math.floor((width - 16 * (count - 1)) / count) - 34;
};

/** Of each quantity the tones of a step: that which goes on, the edge of others, and these. */
const TONES = {
  bought: ["--consumption", "--consumption-fill", "--consumption-pale"],
  produced: ["--production", "--production-fill", "--production-pale"],
  sold: ["--injected", "--injected", "--injected-fill"],
};
