/** The indicative energy class: seven steps of one blue, mine full, its bounds and value in figures. */

import { Card } from "../card.js";
import { h } from "../dom.js";
import { CLASSES } from "../energy_class.js";
import { first } from "../installation.js";

export default class EnergyClass extends Card {
  get entities() {
    return {
      letter: first(this.hass, "energy_class", "energy_class_of_electricity"),
      area: first(this.hass, "energy_per_area"),
    };
  }

  watched() {
    return Object.values(this.entities).map((id) => this.hass.states[id]);
  }

  content() {
    const { text, formats } = this,
      words = text.energy_class;
    const letter = this.state(this.entities.letter),
      value = this.value(this.entities.area);
    if (!letter) return [this.head(words.title), this.empty(words.not_yet, words.not_yet_next)];
    let from = 0;
    return [
      h(
        "ol",
        { class: "classes" },
        CLASSES.map(([name, most], i) => {
          const bounds =
            most === Infinity ? `> ${from - 1}` : from ? words.between(from, most) : `≤ ${most}`;
          from = most + 1;
          const isMine = name.toLowerCase() === letter.state;
          return h(
            "li",
            { class: isMine ? "mine" : "", "aria-current": isMine && "true" },
            h(
              "span",
              { class: "arrow", style: `width: ${34 + 7 * i}%` },
              h("b", null, name),
              " ",
              h("small", null, bounds),
            ),
            isMine &&
              h(
                "span",
                { class: "value" },
                h("strong", null, formats.number(value)),
                h("small", null, ` ${words.unit}`),
              ),
          );
        }),
      ),
      h("p", { class: "note" }, words[letter.attributes.covers]),
    ];
  }
}
