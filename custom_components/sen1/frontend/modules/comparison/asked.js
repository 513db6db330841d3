/** What is asked of a comparison: the period, how to compare, with what, and which series. */

import { fromField, LENGTHS, lengthOf, move, span, toField, zoomed } from "../calendar.js";
import { button, pressable } from "../card.js";
import { chips, h, haIcon, menu } from "../dom.js";
import { stroke } from "../strokes.js";

export const MODES = ["overlay", "side", "stack", "coverage"];
export const EARLIER = ["before", "week", "year"];

/** Return the period that is shown, and the ways to another. */
export function periods(card) {
  const { text } = card;
  const { zone } = card.formats;
  const mover = (by, icon, label) =>
    button("", icon, () => card.show(move(card.period, by, zone)), {
      "aria-label": label,
      disabled: by > 0 && +card.period.end > Date.now(),
    });
  return [
    h(
      "ha-card",
      { class: "periods" },
      haIcon("mdi:calendar"),
      h("h2", { "aria-live": "polite", class: "grow" }, card.rangeOf()),
      mover(-1, "mdi:chevron-left", text.previous),
      mover(1, "mdi:chevron-right", text.next),
    ),
    h(
      "div",
      { class: "chips many", role: "group", "aria-label": text.periods },
      LENGTHS.map((length) => lengthButton(card, length)),
      button(text.dates, "mdi:calendar-range", () => toggleDates(card), {
        class: "small",
        "aria-expanded": String(Boolean(card.hasDates)),
      }),
    ),
    card.hasDates && dates(card),
  ];
}

function toggleDates(card) {
  card.hasDates = !card.hasDates;
  card.redraw();
}

function lengthButton(card, length) {
  const isShown = lengthOf(card.period) === length;
  const show = () => card.show(zoomed(card.period, length, card.formats.zone));
  return pressable(card.text.lengths[length], isShown, show, { class: "small" });
}

/** Return the fields of any two dates; both days are part of the period. */
function dates(card) {
  const { text } = card;
  const { zone } = card.formats;
  const { begin, end } = card.period;
  const choose = (from, to) => {
    const days = Math.max(1, Math.round((to - from) / 86_400_000));
    if (from < to) card.show(span(from, zone, 0, days));
  };
  const field = (label, time, onDay) =>
    h(
      "label",
      null,
      `${label} `,
      h("input", {
        type: "date",
        value: toField(time, zone),
        onchange: ({ target }) => {
          if (target.value) onDay(fromField(target.value, zone));
        },
      }),
    );
  return chips(
    field(text.from, begin, (day) => choose(day, card.period.end)),
    field(text.to, new Date(+end - 1), (day) =>
      choose(card.period.begin, span(day, zone, 0, 1).end),
    ),
  );
}

/** Return the chosen series, each to take away, and the way to others. */
export function chosenSeries(card) {
  if (!card.isFree) return false;
  const { text } = card;
  return h(
    "div",
    { class: "chips", role: "group", "aria-label": text.series },
    card.shown.map((one) => chip(card, one)),
    button(text.choose_of(card.chosen.length), "mdi:plus", () => card.attempt(() => card.pick()), {
      class: "strong",
      "aria-haspopup": "dialog",
    }),
  );
}

function chip(card, { statistic, full }) {
  const { text, compared } = card;
  const isEmpty = compared.status === "ready" && !compared.has(statistic);
  const less = () => card.choose(card.chosen.filter((one) => one !== statistic));
  return h(
    "span",
    { class: isEmpty ? "chosen hollow" : "chosen" },
    stroke(card.colours.get(statistic), isEmpty),
    full,
    button("", "mdi:close", less, { class: "plain", "aria-label": text.without(full) }),
  );
}

/** Return the ways to compare, and what to compare with. */
export function choices(card) {
  const { text, compared } = card;
  const known = card.shown.filter(({ statistic }) => compared.has(statistic));
  const isReady = ["ready", "offline"].includes(compared.status) && known.length > 0;
  const can = isReady ? possible(card, known) : {};
  const mode = isReady ? card.modeOf(known) : card.mode;
  const reasons = [...new Set(Object.values(can))].filter(Boolean);
  return [
    chips(
      h(
        "div",
        { class: "chips many", role: "group", "aria-label": text.modes_of },
        MODES.map((one) => modeButton(card, one, mode, can[one])),
      ),
      menu(
        text.compared_with,
        ["", ...EARLIER].map((how) => [how, text.earlier[how || "none"]]),
        card.how,
        (how) => card.set({ how }),
      ),
      card.config.wall &&
        card.link(location.pathname.replace(/[^/]*$/, card.config.wall), text.wall_show),
    ),
    reasons.length > 0 && h("p", { class: "note" }, reasons.join(" ")),
  ];
}

/** Return why each way to compare makes no sense for what has data; undefined where it does. */
export function possible({ text, compared }, known) {
  const powers = known.filter(({ statistic }) => compared.isPower(statistic));
  return {
    overlay: powers.length > 1 ? undefined : text.needs_two,
    side: undefined,
    stack: powers.length > 1 ? undefined : text.needs_two,
    coverage: uncovered(text, compared, pairOf(powers)),
  };
}

/** Return why nothing tells what a production covers of a consumption. */
function uncovered(text, compared, pair) {
  if (!pair.every(Boolean)) return text.needs_pair;
  const { time } = compared.coverage(...pair.map(({ statistic }) => statistic));
  return time === 0 ? text.needs_hours : undefined;
}

/** Return the production and the consumption that one is laid over: of one site if there are such. */
export function pairOf(powers) {
  const production = powers.find(({ kind }) => kind === "production");
  const uses = ["consumption", "bought"].flatMap((kind) =>
    powers.filter((one) => one.kind === kind),
  );
  return [production, uses.find(({ site }) => site === production?.site) ?? uses[0]];
}

function modeButton(card, mode, shown, why) {
  return pressable(card.text.modes[mode], mode === shown, () => card.set({ mode }), {
    class: "small",
    title: why,
    disabled: Boolean(why),
  });
}
