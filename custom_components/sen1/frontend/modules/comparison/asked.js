/** What is asked of a comparison: the period, how to compare, with what, and which series. */

import { fromField, move, PRESETS, span, toField } from "../calendar.js";
import { button } from "../card.js";
import { h } from "../dom.js";
import { iconOf } from "../series.js";

export const MODES = ["overlay", "side", "stack", "coverage"];
export const EARLIER = ["before", "week", "year"];
/** More curves than this on one picture cannot be told apart. */
const MOST = 6;

/** Return the period that is shown, and the ways to another. */
export function periods(card) {
  const { text, formats } = card;
  const { zone } = formats;
  const { begin, end } = card.period;
  const choose = (from, to) => {
    const days = Math.max(1, Math.round((to - from) / 86_400_000));
    if (from < to) card.show(span(from, zone, 0, days));
  };
  const field = (label, time, onDay) =>
    h(
      "label",
      { class: "wide" },
      h("span", { class: "hidden" }, label),
      h("input", {
        type: "date",
        value: toField(time, zone),
        onchange: ({ target }) => {
          if (target.value) onDay(fromField(target.value, zone));
        },
      }),
    );
  const mover = (by, icon, label) =>
    button("", icon, () => card.show(move(card.period, by, zone)), { "aria-label": label });
  return [
    h(
      "ha-card",
      { class: "periods" },
      h("ha-icon", { icon: "mdi:calendar", "aria-hidden": "true" }),
      h("h2", { "aria-live": "polite", class: "grow" }, formats.range(begin, end)),
      field(text.from, begin, (day) => choose(day, card.period.end)),
      field(text.to, new Date(+end - 1), (day) =>
        choose(card.period.begin, span(day, zone, 0, 1).end),
      ),
      mover(-1, "mdi:chevron-left", text.previous),
      mover(1, "mdi:chevron-right", text.next),
    ),
    h(
      "div",
      { class: "chips many", role: "group", "aria-label": text.periods },
      Object.entries(PRESETS).map(([name, of]) => preset(card, name, of(Date.now(), zone))),
    ),
  ];
}

function preset(card, name, period) {
  const { begin, end } = card.period;
  const isShown = +period.begin === +begin && +period.end === +end;
  return button(card.text.presets[name], undefined, () => card.show(period), {
    class: "small",
    "aria-pressed": String(isShown),
  });
}

/** Return the ways to compare, what to compare with, and the series. */
export function choices(card) {
  const { text } = card;
  return [
    h(
      "div",
      { class: "chips" },
      h(
        "div",
        { class: "chips", role: "group", "aria-label": text.modes_of },
        MODES.map((mode) => modeButton(card, mode)),
      ),
      h("label", null, h("span", { class: "hidden" }, text.compared_with), earlierSelect(card)),
      card.config.wall &&
        card.link(location.pathname.replace(/[^/]*$/, card.config.wall), text.wall.show),
    ),
    !card.config.series?.length &&
      card.series.length > 1 &&
      h(
        "div",
        { class: "chips many", role: "group", "aria-label": text.series },
        card.series.map((one) => seriesButton(card, one)),
      ),
  ];
}

function modeButton(card, mode) {
  const choose = () => {
    card.mode = mode;
    card.redraw();
  };
  return button(card.text.modes[mode], undefined, choose, {
    class: "small",
    "aria-pressed": String(card.mode === mode),
  });
}

function earlierSelect(card) {
  const onchange = ({ target }) => {
    card.how = target.value;
    card.redraw();
  };
  const option = (how) =>
    h("option", { value: how, selected: card.how === how }, card.text.earlier[how || "none"]);
  return h("select", { onchange }, ["", ...EARLIER].map(option));
}

function seriesButton(card, { statistic, name, kind }) {
  const toggle = () => {
    if (!card.chosen.delete(statistic) && card.chosen.size < MOST) card.chosen.add(statistic);
    card.redraw();
  };
  const isChosen = card.chosen.has(statistic);
  return button(name, iconOf(kind), toggle, {
    class: "small",
    "aria-pressed": String(isChosen),
    disabled: !isChosen && card.chosen.size >= MOST,
  });
}
