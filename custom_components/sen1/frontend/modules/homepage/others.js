/** What is looked at less often: the year's end, the first goal, one's place among friends, the roof. */

import { periodAt, toField } from "../calendar.js";
import { figure } from "../card.js";
import { h, note, subline } from "../dom.js";
import { ENERGY_DIGITS, inOne } from "../formats.js";
import { first, having, nameOf } from "../installation.js";
import { isRoof } from "../sites.js";
import { beside, dayOf, parts, sunOf } from "./figures.js";
import { wattsOf } from "./now.js";
import { bars, gauge, yearGauge } from "./pictures.js";

/** Return what the year will have come to, once that is known. */
export function forecast(card) {
  const { here, text, formats, site } = card;
  const words = text.home;
  const energy = first(here, "forecast_energy");
  const total = card.value(energy);
  if (isRoof(site) || total === undefined) return undefined;
  const told = card.state(energy).attributes;
  const paid = card.value(first(here, "forecast_cost"));
  const around = words.around(formats.number(total));
  const range = words.between(formats.number(told.low), formats.number(told.high));
  return {
    icon: "mdi:calendar-arrow-right",
    title: words.by_december,
    row: [`${around}\u00a0kWh`, `${words.nine_in_ten}${text.colon}${range}`],
    under: words[paid === undefined ? "if_nothing" : "if_nothing_cost"],
    to: ["year"],
    content: [
      h(
        "div.figures",
        figure(around, "kWh"),
        paid !== undefined && h("p.figure.around", words.around_cost(formats.money(paid, 0))),
      ),
      Number.isFinite(told.last_year) &&
        beside(
          card,
          total - told.last_year,
          words.than_whole_year(new Date().getFullYear() - 1),
          0,
        ),
      yearGauge(told, [
        words.already(formats.number(told.so_far, ENERGY_DIGITS)),
        [range, h("br"), words.nine_in_ten],
      ]),
    ],
  };
}

/** How each kind of limit is written: what it has come to, and the limit as it was typed. */
const WRITTEN = {
  energy: ({ formats }, value, digits, unit) => formats.quantity(value, unit ?? "kWh", digits),
  cost: ({ formats }, value, digits) => formats.money(value, digits),
  max_power: ({ formats }, value) => formats.power(value),
};
const DIGITS = { energy: 1, cost: 2 };

/** Return the goal that ends first of those that go on, a saving before a limit. */
export function goal(card) {
  const { here, hass, text, formats } = card;
  const words = text.home;
  const today = toField(Date.now(), formats.zone);
  const order = ({ kind, end }) => `${kind !== "saving"}${end}`;
  const [found] = having(here, "goal_progress")
    .map((row) => ({ row, ...hass.states[row.entity_id]?.attributes }))
    .filter(({ begin, end }) => begin <= today && end >= today)
    .sort((one, other) => order(one).localeCompare(order(other)));
  if (!found) return undefined;
  const { row, kind, target, unit, heading, expected, used, missing } = found;
  const isShare = !(kind in WRITTEN);
  const value = isShare ? card.value(row.entity_id) : (found.done ?? undefined);
  const write = (one, digits) =>
    isShare ? formats.percent(one, digits) : WRITTEN[kind](card, one, digits, unit);
  const energy = (one) => formats.quantity(one, unit ?? "kWh", ENERGY_DIGITS);
  const more = inOne([
    kind === "saving" && expected > used && words.that_is(energy(expected - used)),
    kind === "saving" && missing > 0 && words.missing(energy(missing)),
    kind in DIGITS && Number.isFinite(heading) && words.leads_to(write(heading, 0)),
  ]);
  const begun = text.since(formats.day(found.begin, { day: "numeric", month: "long" }));
  const most = 1.25 * Math.max(target, value ?? 0);
  const done = value !== undefined && write(value, isShare ? 1 : DIGITS[kind]);
  const aim = words.aim(write(target, target % 1 ? (DIGITS[kind] ?? 1) : 0));
  return {
    icon: "mdi:flag-checkered",
    title: nameOf(hass.devices[row.device_id]),
    row: ["", done ? inOne([`${done} ${words.of_goal[kind]}`, more]) : words.unsure],
    under: inOne([begun, found.corrected && words.equal_cold]),
    to: ["year"],
    content: done
      ? [
          figure(done, words.of_goal[kind]),
          gauge([["", 0, Math.max(0, value / most)]], ["0", aim], {
            look: "aim",
            mark: target / most,
          }),
          more && note(more),
        ]
      : subline(words.unsure),
  };
}

/** Return one's place among friends, where there is a ranking. */
export function friends(card) {
  const { hass, text, formats } = card;
  const words = text.home;
  const state = card.state(having(hass, "rank")[0]?.entity_id);
  const { value, unit, of, head = [], tail = [] } = state?.attributes ?? {};
  if (!(of > 1)) return undefined;
  const place = words.place(Number(state.state), of);
  const mine = formats.quantity(value, unit ?? "");
  const homes = [...head, ...tail.slice(0, Math.max(0, of - head.length)).reverse()];
  return {
    icon: "mdi:podium",
    title: words.among_friends,
    row: [place, mine],
    under: words.from_thrifty,
    to: ["together"],
    content: [
      figure(place),
      subline(mine),
      bars(homes.map((one) => ({ value: one.value, look: one.mine ? "newest" : "other" }))),
    ],
  };
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
  const surplus = wattsOf(card, first(here, "surplus"));
  const left = surplus > 0 && words.left_over(formats.quantity(surplus, "W"));
  const day = text[`this_${figures}`];
  return {
    icon: "mdi:white-balance-sunny",
    title: words.roof,
    row: [
      `${formats.energy(produced)} ${words.produced}`,
      inOne(rows.map(({ name, energy }) => `${formats.energy(energy)} ${name}`)) || day,
    ],
    under: inOne([day, left]),
    to: site && ["past", { period: "day", date: toField(begin, formats.zone), what: "roof" }],
    content: [
      figure(formats.number(produced, ENERGY_DIGITS), `kWh ${words.produced}`),
      parts(card, rows),
    ],
  };
}
