/** The indicative energy class: seven steps of one blue, mine full, its bounds and value in figures. */

import { Card } from "../card.js";
import { h } from "../dom.js";
import { CLASSES } from "../energy_class.js";
import { first } from "../installation.js";

export default class EnergyClass extends Card {
  static isOfSite = true;

  get entities() {
    const { here } = this;
    return {
      letter: first(here, "energy_class", "energy_class_of_electricity"),
      area: first(here, "energy_per_area"),
      sun: first(here, "self_consumed_year"),
    };
  }

  content() {
    const words = this.text.energy_class;
    const letter = this.state(this.entities.letter);
    if (!letter) return [this.head(words.title), this.empty(words.not_yet, words.not_yet_next)];
    return [
      h(
        "ol",
        { class: "classes" },
        CLASSES.map(([name], i) => this.step(name, i, name.toLowerCase() === letter.state)),
      ),
      h(
        "p",
        { class: "note" },
        words[letter.attributes.covers],
        this.entities.sun && ` ${words.no_sun}`,
      ),
    ];
  }

  /** Return the arrow of a class, and beside mine the value that puts me there. */
  step(name, i, isMine) {
    const { text, formats } = this;
    return h(
      "li",
      { class: isMine ? "mine" : "", "aria-current": isMine && "true" },
      h(
        "span",
        { class: "arrow", style: `width: ${34 + 7 * i}%` },
        h("b", null, name),
        " ",
        h("small", null, this.bounds(i)),
      ),
      isMine &&
        h(
          "span",
          { class: "value" },
          h("strong", null, formats.number(this.value(this.entities.area))),
          h("small", null, ` ${text.energy_class.unit}`),
        ),
    );
  }

  /** Return in words from where to where a class goes. */
  bounds(i) {
    const [, most] = CLASSES[i];
    if (i === 0) return `≤ ${most}`;
    const [, below] = CLASSES[i - 1];
    if (most === Infinity) return `> ${below}`;
    return this.text.energy_class.between(below + 1, most);
  }
}
