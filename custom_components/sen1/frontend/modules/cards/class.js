/** The indicative energy class: seven steps of one blue, mine full, its bounds and value in figures. */

import { Card } from "../card.js";
import { h, note } from "../dom.js";
import { CLASSES } from "../energy_class.js";
import { first } from "../installation.js";
import { sheetOf } from "../style.js";

const sheet = sheetOf(`
  .classes { display: grid; gap: 3px; }
  .classes li { display: flex; align-items: center; gap: 8px; }
  .arrow {
    box-sizing: border-box;
    background: var(--consumption-pale);
    padding: 4px 20px 4px 10px;
    clip-path: polygon(0 0, calc(100% - 13px) 0, 100% 50%, calc(100% - 13px) 100%, 0 100%);
    white-space: nowrap;
  }
  .mine .arrow { background: var(--consumption); color: var(--on-line); }
  .value { flex: 1; display: flex; align-items: center; gap: 6px; }
  .value::before { content: ""; flex: 1; border-top: 1px solid var(--text); }
  .value strong { font-size: 20px; font-weight: 400; }
`);

export default class EnergyClass extends Card {
  static words = ["year"];
  static sheets = [sheet];
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
    const { class_told: words, energy_class: named } = this.text;
    const letter = this.state(this.entities.letter);
    const head = this.head(named.title);
    if (!letter) return [head, this.empty(words.not_yet, words.not_yet_next)];
    return [
      head,
      h(
        "ol.classes",
        CLASSES.map(([name], i) => this.step(name, i, name.toLowerCase() === letter.state)),
      ),
      note(words[letter.attributes.covers], this.entities.sun && ` ${words.no_sun}`),
    ];
  }

  /** Return the arrow of a class, and beside mine the value that puts me there. */
  step(name, i, isMine) {
    const { text, formats } = this;
    return h(
      "li",
      { class: isMine ? "mine" : "", "aria-current": isMine && "true" },
      h(
        "span.arrow",
        { style: `width: ${34 + 7 * i}%` },
        h("b", name),
        " ",
        h("small", this.bounds(i)),
      ),
      isMine &&
        h(
          "span.value",
          h("strong", formats.number(this.value(this.entities.area))),
          h("small", ` ${text.energy_class.unit}`),
        ),
    );
  }

  /** Return in words from where to where a class goes. */
  bounds(i) {
    const [, most] = CLASSES[i];
    if (i === 0) return `≤ ${most}`;
    const [, below] = CLASSES[i - 1];
    if (most === Infinity) return `> ${below}`;
    return this.text.class_told.between(below + 1, most);
  }
}
