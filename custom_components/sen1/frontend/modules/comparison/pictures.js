/** The pictures of a comparison: powers share one scale, all else has a strip of its own. */

import { closed } from "../closing.js";
import { countedOver } from "../common.js";
import { coverageOf, lines, stacked, strip } from "../curves.js";
import { h, subline } from "../dom.js";
import { ENERGY_DIGITS, inWords, lowered } from "../formats.js";
import { stroke } from "../strokes.js";
import { pairOf } from "./asked.js";
import { sheet, totalOf } from "./figures.js";

/** What becomes of a production and a consumption: its fill and its line. */
const PARTS = [
  ["covered", "production-fill", "production"],
  ["grid", "consumption-fill", "consumption"],
  ["surplus", "injected-fill", "injected"],
];

/** Return the pictures of the series that have data, as it is asked to compare them. */
export function pictures(card, known) {
  const { compared, text } = card;
  const isPower = ({ statistic }) => compared.isPower(statistic);
  const powers = known.filter(isPower);
  const others = known.filter((one) => !isPower(one));
  const mode = card.modeOf(known);
  if (mode === "coverage") return covered(card, ...pairOf(powers));
  if (mode === "side") return oneByOne(card, known);
  const make = mode === "stack" ? stacked : lines;
  const names = powers.map(({ full }) => full).join(", ");
  return h(
    "ha-card",
    { class: "gap" },
    card.head(text.modes[mode], card.step),
    keyTo(card, powers),
    make(`${names}${text.colon}${card.step}`, {
      ...card.given(340),
      lines: powers.map((one) => card.line(one)),
    }),
    others.map((one) => [card.head(one.full, undefined, ownScale(card, one)), stripOf(card, one)]),
    note(card, known),
  );
}

/** Return which line is whose. */
const keyTo = (card, known) =>
  h(
    "ul",
    { class: "legend" },
    known.map((one) => h("li", null, stroke(card.colours.get(one.statistic)), one.full)),
  );

const ownScale = ({ text, compared }, { statistic }) => text.own_scale_in(compared.unit(statistic));

/** Return the strip of what is in a unit of its own: bars of what was counted, or a line. */
function stripOf(card, one, width) {
  const { compared, text } = card;
  return strip(`${one.full}${text.colon}${compared.unit(one.statistic)}`, {
    ...card.given(120, width),
    step: compared.stepOf(one.statistic),
    unit: compared.unit(one.statistic),
    isCounted: compared.isAmount(one.statistic),
    values: compared.drawn(one.statistic),
    colour: card.colours.get(one.statistic).line,
  });
}

/** Return what is to be known of a picture of series: the period in dots, which are known by days. */
function note({ compared, text, formats }, known, ...more) {
  const ofDays = known.filter(({ statistic }) => compared.isOfDays(statistic));
  const said = [
    compared.before && text.dotted(formats.range(compared.before.begin, compared.before.end)),
    ofDays.length > 0 && text.by_days(ofDays.map(({ full }) => full).join(text.picker.comma)),
    ...more,
  ].filter(Boolean);
  return said.map((one) => h("p", { class: "note" }, one));
}

function covered(card, production, consumption) {
  const { text, formats, compared } = card;
  const found = compared.coverage(production.statistic, consumption.statistic);
  const answer = text.covered_at(formats.percent(100 * found.share));
  // What begins with the name of a site is written as it is called.
  const isCalled = !consumption.mine || consumption.full.startsWith(consumption.place);
  const used = isCalled ? consumption.full : lowered(consumption.full);
  const names = [text.kinds.production, text.kinds.consumption, text.surplus];
  return h(
    "ha-card",
    { class: "gap" },
    card.head(text.over(production.full, used), card.step),
    h(
      "div",
      { class: "figures" },
      h(
        "div",
        null,
        h("div", { class: "answer" }, answer),
        coveredBefore(card, production, consumption),
      ),
      h("div", { class: "grow" }, parts(card, found)),
    ),
    coverageOf(answer, {
      ...card.given(320),
      production: compared.hourly(production.statistic),
      consumption: compared.hourly(consumption.statistic),
      ghost: compared.ghost(consumption.statistic),
      names: card.width > 500 ? names : undefined,
    }),
    card.width <= 500 && keyTo(card, [production, consumption]),
    note(card, [], countedOver(text, formats, found.time)),
  );
}

/** Return which share was covered in the earlier period. */
function coveredBefore({ text, formats, compared }, production, consumption) {
  const { before, beside } = compared;
  if (!before) return false;
  const { share } = compared.coverage(production.statistic, consumption.statistic, beside);
  if (!Number.isFinite(share)) return false;
  const period = formats.range(before.begin, before.end);
  return subline(`${period}${text.colon}${formats.percent(100 * share)}`);
}

/** Return the three as they are printed: what is covered adds up with each to what was used and made. */
function printedOf({ covered, grid, surplus }) {
  // What is added up in binary may lie just beside a half.
  const rounded = (energy) => closed([+energy.toFixed(6)], ENERGY_DIGITS)[0];
  const common = rounded(covered);
  return {
    covered: common,
    grid: rounded(covered + grid) - common,
    surplus: rounded(covered + surplus) - common,
  };
}

/** Return a bar of what is covered, bought and left over, and the three in words. */
function parts({ text, formats }, found) {
  const sum = found.covered + found.grid + found.surplus;
  const part = ([name, fill, line]) =>
    h("span", {
      class: name === "surplus" ? "hatched" : "",
      style: `flex: ${found[name] / sum}; ${paint(fill, line)}`,
    });
  const printed = printedOf(found);
  const words = ([name, fill, line]) => {
    return h("li", null, swatch(name, fill, line), text.parts[name](formats.energy(printed[name])));
  };
  return [
    h(
      "div",
      { class: "bar", "aria-hidden": "true" },
      PARTS.filter(([name]) => found[name] > 0).map(part),
    ),
    h("ul", { class: "legend" }, PARTS.map(words)),
  ];
}

function oneByOne(card, known) {
  const { compared } = card;
  const powers = known.filter(({ statistic }) => compared.isPower(statistic));
  const most = ({ statistic }) => maximum(compared.drawn(statistic));
  const top = Math.max(...powers.filter(({ site }) => site === powers[0].site).map(most));
  return known.map((one) => {
    const hasOwnScale = most(one) < top / 3 || most(one) > top;
    return alone(card, one, hasOwnScale);
  });
}

/** Return one series with what is known of its site. */
function alone(card, one, hasOwnScale) {
  const { text, compared } = card;
  const isWide = card.width > 700;
  const width = isWide ? card.width * 0.68 - 34 : card.width - 34;
  const isPower = compared.isPower(one.statistic);
  const change = compared.change(one.statistic);
  const byHowMuch = change === undefined ? "" : ` (${inWords(100 * change, card)})`;
  const scale = isPower && hasOwnScale ? `, ${text.own_scale}` : "";
  const total = totalOf(card, one.statistic);
  return h(
    "div",
    { class: isWide ? "pair" : "pair narrow" },
    sheet(card, one),
    h(
      "ha-card",
      null,
      card.head(text.kinds[one.kind] ?? one.name, one.full, `${total}${byHowMuch}${scale}`),
      isPower
        ? lines(`${one.full}${text.colon}${card.step}`, {
            ...card.given(200, width),
            lines: [{ ...card.line(one), dash: undefined }],
          })
        : stripOf(card, one, width),
      note(card, [one]),
    ),
  );
}

const paint = (fill, line) => `background-color: var(--${fill}); border-color: var(--${line})`;
const swatch = (part, fill, line) =>
  h("span", {
    class: `swatch ${part === "surplus" ? "hatched" : ""}`,
    style: paint(fill, line),
  });

/** Return the greatest value; what is not known is none. */
const maximum = (values) => values.reduce((most, value) => Math.max(most, value || 0), 0);
