/** What is looked at less often: the year's end, the first goal, one's place among friends, the roof. */

import { periodAt, toField } from "../calendar.js";
import { figure } from "../card.js";
import { h, note, s, subline } from "../dom.js";
import { ENERGY_DIGITS } from "../formats.js";
import { first, having, nameOf } from "../installation.js";
import { isRoof } from "../sites.js";
import { splitBar, table } from "./day.js";
import { dayOf, sunOf } from "./figures.js";
import { wattsOf } from "./now.js";
import { beside } from "./words.js";

/** Return what the year will have come to, once that is known. */
export function forecast(card) {
  const { here, text, formats, site } = card;
  const words = text.home;
  const [energy, cost] = ["forecast_energy", "forecast_cost"].map((key) => first(here, key));
  const total = card.value(energy);
  if (isRoof(site) || total === undefined) return undefined;
  const { low, high, so_far: used, last_year: last } = card.state(energy).attributes;
  const paid = card.value(cost);
  const year = new Date().getFullYear();
  const around = words.around(formats.number(total));
  const range = words.between(formats.number(low), formats.number(high));
  const most = Math.max(high, used, total);
  const part = (value) => `${(100 * value) / most}%`;
  return {
    icon: "mdi:calendar-arrow-right",
    title: words.by_december,
    row: [
      words.with(words.by_december, `${around}\u00a0kWh`),
      `${words.nine_in_ten}${text.colon}${range}`,
    ],
    under: words[paid === undefined ? "if_nothing" : "if_nothing_cost"],
    to: ["year"],
    content: [
      h(
        "div",
        { class: "figures" },
        figure(around, "kWh"),
        paid !== undefined &&
          h("p", { class: "figure around" }, words.around_cost(formats.money(paid, 0))),
      ),
      Number.isFinite(last) &&
        beside(card, total - last, words.than_whole_year(String(year - 1)), 0),
      h(
        "div",
        { class: "gauge tall", "aria-hidden": "true" },
        h("i", { class: "pale", style: `width: ${part(low)}` }),
        h("i", { class: "unsure", style: `left: ${part(low)}; width: ${part(high - low)}` }),
        h("i", { style: `width: ${part(used)}` }),
      ),
      h(
        "p",
        { class: "under ends" },
        h("span", null, words.already(formats.number(used, ENERGY_DIGITS))),
        h("span", null, range, h("br"), words.nine_in_ten),
      ),
    ],
  };
}

/** How each kind of goal is written: what it comes to, and the goal. */
const WRITTEN = {
  energy: ({ formats }, value, unit) => formats.quantity(value, unit, ENERGY_DIGITS),
  cost: ({ formats }, value) => formats.money(value),
  max_power: ({ formats }, value) => formats.quantity(1000 * value, "W"),
};

/** Return the goal that ends first of those that go on. */
export function goal(card) {
  const { here, hass, text, formats } = card;
  const words = text.home;
  const today = toField(Date.now(), formats.zone);
  const [found] = having(here, "goal_progress")
    .map((row) => ({ row, ...hass.states[row.entity_id]?.attributes }))
    .filter(({ begin, end }) => begin <= today && end >= today)
    .sort((one, other) => one.end.localeCompare(other.end));
  if (!found) return undefined;
  const { row, kind, target, done, corrected, begin, heading, missing, expected, used, unit } =
    found;
  const percent = card.value(row.entity_id);
  const isShare = kind === "saving" || kind === "self_consumption";
  const write = WRITTEN[kind];
  const value = isShare ? percent : done;
  const since = text.since(formats.day(begin, { day: "numeric", month: "long" }));
  const [written, of] = isShare
    ? [formats.number(percent, 1), words.of_goal[kind]]
    : [Number.isFinite(done) ? write(card, done, unit) : "", words.of_goal[kind]];
  const aim = isShare
    ? formats.percent(target, target % 1 ? 1 : 0)
    : aimOf(card, kind, target, unit);
  const energy = (amount) => formats.quantity(amount, unit ?? "kWh", ENERGY_DIGITS);
  const more = [
    kind === "saving" && expected > used && words.that_is(energy(expected - used)),
    kind === "saving" && missing > 0 && words.missing(energy(missing)),
    ["energy", "cost"].includes(kind) &&
      Number.isFinite(heading) &&
      words.leads_to(kind === "cost" ? formats.money(heading, 0) : formats.quantity(heading, unit)),
  ].filter(Boolean);
  const isKnown = Number.isFinite(value);
  const most = 1.25 * Math.max(target, isKnown ? value : 0);
  const at = (one) => `${Math.min(100, Math.max(0, (100 * one) / most))}%`;
  return {
    icon: "mdi:flag-checkered",
    title: nameOf(hass.devices[row.device_id]),
    row: isKnown
      ? [[`${written}${isShare ? "\u00a0" : " "}${of}`, ...more].join(text.home.comma)]
      : [words.unsure],
    under: [since, corrected && words.equal_cold].filter(Boolean).join(words.comma),
    to: ["year"],
    content: isKnown
      ? [
          figure(written, of),
          h(
            "div",
            { class: "gauge aim", "aria-hidden": "true" },
            h("i", { style: `width: ${at(value)}` }),
            h("b", { style: `left: ${at(target)}` }),
          ),
          h("p", { class: "under ends" }, h("span", null, "0"), h("span", null, words.aim(aim))),
          more.length > 0 && note(more.join(" ; ")),
        ]
      : [subline(words.unsure)],
  };
}

/** Return a limit as it was typed. */
function aimOf({ formats }, kind, target, unit) {
  if (kind === "cost") return formats.money(target, target % 1 ? 2 : 0);
  if (kind === "max_power") return formats.quantity(1000 * target, "W");
  return formats.quantity(target, unit ?? "kWh", target % 1 ? ENERGY_DIGITS : 0);
}

/** Return one's place among friends, where there is a ranking. */
export function friends(card) {
  const { hass, text, formats } = card;
  const words = text.home;
  const row = having(hass, "rank")[0];
  const state = card.state(row?.entity_id);
  const { value, unit, of, head = [], tail = [] } = state?.attributes ?? {};
  if (!(of > 1)) return undefined;
  const place = words.place(Number(state.state), of);
  const mine = formats.quantity(value, unit ?? "");
  return {
    icon: "mdi:podium",
    title: words.among_friends,
    row: [words.with(words.among_friends, place), mine],
    under: words.from_thrifty,
    to: ["together"],
    content: [
      h(
        "div",
        { class: "rank" },
        h("div", null, h("p", { class: "figure" }, place), subline(mine)),
        ranks([...head, ...tail.slice(0, Math.max(0, of - head.length)).reverse()]),
      ),
    ],
  };
}

/** Return small bars of the homes, mine in full tone. */
function ranks(homes) {
  const most = Math.max(...homes.map(({ value }) => value));
  const width = 20;
  return s(
    "svg",
    { viewBox: `0 0 ${homes.length * width} 62`, "aria-hidden": "true" },
    homes.map(({ value, mine }, i) =>
      s("rect", {
        x: i * width + 2,
        width: width - 4,
        y: 60 - (58 * value) / most,
        height: (58 * value) / most,
        rx: 1.5,
        fill: mine ? "var(--consumption)" : "var(--others)",
      }),
    ),
  );
}

/** Return what the roof of a home gave. */
export function roof(card) {
  const { here, text, formats, site } = card;
  const words = text.home;
  const figures = dayOf(here);
  const sun = !isRoof(site) && sunOf(card, figures);
  if (!sun) return undefined;
  const { produced, rows } = sun;
  const { begin } = periodAt(Date.now(), "day", formats.zone, figures === "day" ? 0 : -1);
  const date = toField(begin, formats.zone);
  const surplus = wattsOf(card, first(here, "surplus"));
  const left = surplus > 0 && words.left_over(formats.quantity(surplus, "W"));
  const day = text[`this_${figures}`];
  return {
    icon: "mdi:white-balance-sunny",
    title: words.roof,
    row: [
      words.with(words.roof, `${formats.energy(produced)} ${words.produced}`),
      rows.map(({ name, energy }) => `${formats.energy(energy)} ${name}`).join(words.comma) || day,
    ],
    under: [day, left].filter(Boolean).join(words.comma),
    to: site && ["past", { period: "day", date, what: "roof" }],
    content: [
      figure(formats.number(produced, ENERGY_DIGITS), `kWh ${words.produced}`),
      rows.length > 0 && [splitBar(rows), table(card, rows)],
    ],
  };
}
