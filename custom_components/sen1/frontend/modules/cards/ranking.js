/** Homes in order of what they use: the head and the tail, mine in its place, the bounds of classes. */

import { Card } from "../card.js";
import { h, note } from "../dom.js";
import { BY_AREA, CLASSES } from "../energy_class.js";
import { having } from "../installation.js";

/** So many homes are shown whole; of more, the head and the tail. */
const WHOLE = 10;

export default class Ranking extends Card {
  static words = ["friends"];

  get rows() {
    return this.config.entity ? [{ entity_id: this.config.entity }] : having(this.hass, "rank");
  }

  watched() {
    return this.statesOf(this.rows);
  }

  content() {
    const { text } = this;
    const words = text.ranking_card;
    const state = this.hass.states[this.rows[0]?.entity_id];
    if (!state?.attributes.head?.length) {
      return [this.head(words.title), this.empty(words.none, words.none_next)];
    }
    const { head, tail, of, missing, unit } = state.attributes;
    const homes = together(head, tail, of);
    const most = Math.max(...homes.map(({ value }) => value ?? 0));
    const bounds = unit === BY_AREA ? CLASSES.filter(([, bound]) => bound < most) : [];
    const written = bounds.map(([letter, bound]) => `${letter} ≤ ${bound}`).join(", ");
    return [
      this.head(words.title, text.ranking.by(unit ?? ""), words.ranked(of, of + missing)),
      bounds.length > 0 && this.letters(bounds, most),
      h(
        "ol",
        { class: "ranks" },
        homes.map((home) => this.bar(home, most, bounds)),
      ),
      bounds.length > 0 && note(words.bounds(written)),
      note(words.electricity_only),
    ];
  }

  /** Write the letter of each class above its part of the bars. */
  letters(bounds, most) {
    const ends = [...bounds.map(([, bound]) => bound), most];
    const middles = ends.map((end, i) => ((ends[i - 1] ?? 0) + end) / 2);
    return h(
      "div",
      { class: "ranks", "aria-hidden": "true" },
      h(
        "div",
        { class: "row under" },
        h("span"),
        h(
          "span",
          { class: "track" },
          middles.map((middle, i) =>
            h("b", { style: `inset-inline-start: ${(100 * middle) / most}%` }, CLASSES[i][0]),
          ),
        ),
      ),
    );
  }

  bar({ name, value, mine, skipped }, most, bounds) {
    const { text, formats } = this;
    if (skipped) return h("li", { class: "gap-row" }, text.ranking.between(skipped));
    return h(
      "li",
      { class: mine ? "mine" : "" },
      h("span", { class: "name" }, mine ? text.ranking.me : name),
      h(
        "span",
        { class: "track", "aria-hidden": "true" },
        h("span", { class: "bar-of", style: `width: ${(100 * value) / most}%` }),
        bounds.map(([, bound]) =>
          h("i", { style: `inset-inline-start: ${(100 * bound) / most}%` }),
        ),
      ),
      h("span", { class: "amount" }, formats.number(value)),
    );
  }
}

/** Return all homes of a small ranking in order, or the head, how many lie between, and the tail. */
function together(head, tail, of) {
  const last = [...tail].reverse();
  const missing = of - head.length;
  if (of <= WHOLE) return [...head, ...last.slice(Math.max(0, last.length - missing))];
  return [...head, { skipped: missing - last.length }, ...last];
}
