/** Our building against another: for each square metre and for each person, which may disagree. */

import { countedOver } from "../common.js";
import { h, haIcon } from "../dom.js";
import { gives, siteIcon } from "../sites.js";

/** The part of the time that both must know: less would compare a winter with a summer. */
const ENOUGH = 0.25;
const WHOLE = 0.95;

export const title = ({ text, other }) => text.wall.ours_or(nameOf(other));
export const periodOf = ({ year }) => year.period;

export function isPossible(wall) {
  const { consumption, other, year } = wall;
  if (!other || !["ready", "offline"].includes(year.status)) return false;
  return measures(wall).length > 0 && year.has(consumption.statistic) && found(wall).part >= ENOUGH;
}

export function note(wall) {
  const { text, formats } = wall;
  const { part } = found(wall);
  const { begin, end } = wall.year.period;
  const some = part < WHOLE && countedOver(text, formats, part * (end - begin));
  const words = text.wall;
  const counted = [wall.consumption, wall.other].filter(isBoughtAlone).map(nameOf);
  const what = counted.length ? words.bought_alone(counted.join(` ${text.and} `)) : words.all_used;
  return [what, words.class_counts, words.electricity_alone, some].filter(Boolean).join(" ");
}

/** Whether a roof may give more than is counted: of a friend's building nobody knows. */
const isBoughtAlone = ({ kind, mine, sheet }) => kind === "bought" && !(mine && !gives(sheet));

/** Return what both come to, kWh, over the part of the time that both know. */
const found = ({ year, consumption, other }) => ({
  first: year.total(consumption.statistic).value,
  second: year.total(other.statistic).value,
  part: year.parts.reduce((sum, part) => sum + part, 0) / year.parts.length,
});

const nameOf = (one) => one.place ?? one.full;

/** Return what both buildings tell of their size. */
const measures = ({ consumption, other }) =>
  ["floor_area", "people"].filter((key) => consumption.sheet?.[key] > 0 && other.sheet?.[key] > 0);

export function content(wall) {
  const { text, consumption, other } = wall;
  const { first, second } = found(wall);
  const words = text.wall;
  const rates = measures(wall).map((key) => ({
    key,
    values: [first / consumption.sheet[key], second / other.sheet[key]],
  }));
  const winners = new Set(rates.map(({ values: [mine, theirs] }) => Math.sign(mine - theirs)));
  return [
    h(
      "div.two",
      building(wall, consumption, first, "--consumption", words.ours),
      building(wall, other, second, "--series-2", ""),
    ),
    h(
      "div",
      { class: rates.length > 1 ? "two" : "" },
      rates.map((rate) => rateOf(wall, rate)),
    ),
    h(
      "ha-card.verdict",
      haIcon("mdi:information-outline"),
      h(
        "p.words",
        words.who_less,
        " ",
        h("strong", winners.size > 1 ? words.it_depends : words.both_agree(lesser(wall, rates[0]))),
        " ",
        words.your_choice,
      ),
    ),
  ];
}

const lesser = ({ consumption, other }, { values }) =>
  nameOf(values[0] <= values[1] ? consumption : other);

function building({ text, formats, energy }, one, kwh, colour, whose) {
  const { sheet } = one;
  return h(
    "ha-card.building",
    haIcon(siteIcon(sheet.kind), { style: `color: var(${colour})` }),
    h(
      "div.grow",
      h("p.words", h("strong", [nameOf(one), whose].filter(Boolean).join(", "))),
      h("p.big", energy(kwh)),
    ),
    h(
      "div.words.soft.end",
      sheet.floor_area && h("p", formats.quantity(sheet.floor_area, "m²")),
      sheet.people && h("p", text.wall.people(formats.number(sheet.people))),
    ),
  );
}

function rateOf(wall, { key, values }) {
  const { text, formats, consumption, other } = wall;
  const words = text.wall.each[key];
  const most = Math.max(...values);
  const digits = most < 100 ? 1 : 0;
  const bar = (one, value, colour, isSecond) => [
    h("p.words", h("strong", nameOf(one))),
    h(
      "div.rate",
      h("span", {
        class: isSecond ? "striped" : "",
        style: `width: ${(68 * value) / most}%; background-color: var(${colour})`,
      }),
      h("span.big", wall.energy(value, digits)),
    ),
  ];
  const less = (100 * (most - Math.min(...values))) / most;
  return h(
    "ha-card",
    h("p.big", words.title),
    h("p.words.soft", words.under),
    bar(consumption, values[0], "--consumption", false),
    bar(other, values[1], "--series-2", true),
    h(
      "p.words.sum",
      h("strong", lesser(wall, { values })),
      text.wall.uses_less(formats.percent(less)),
    ),
  );
}
