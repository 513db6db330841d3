/** Lists in which parts unfold, and small groups stand behind one row. */

import { Part } from "../card.js";
import { h, listOf } from "../dom.js";
import { searchField } from "../fields.js";
import { foldOf } from "./lists.js";
import { markOf } from "./marks.js";

/** From so many rows on, or on a phone groups, they can be sought by name. */
export const SEARCHED = 11;
/** The key of the row behind which small groups stand. */
export const OTHERS = "others";

/** Lists of a card in which parts unfold, each by its key. */
export class Folding extends Part {
  toggled = new Set();
  query = "";

  get words() {
    return this.card.text.sharing;
  }

  isOpen(key) {
    return this.toggled.has(key);
  }

  toggle(key) {
    if (!this.toggled.delete(key)) this.toggled.add(key);
    this.card.redraw();
  }

  /** Return the button that unfolds a part. */
  fold = (key, label) => foldOf(this.isOpen(key), () => this.toggle(key), label);

  /** Return the field for the words that are sought. */
  search = () => searchField(this.words.search, this.query, (query) => this.set({ query }));

  /** Return what unfolds what is of a friend, with the mark of the key. */
  headOf = (key, label, standing) =>
    h("div.head", this.fold(key, label), markOf(this.card.text.trust, standing));

  /** Return groups, and those that stand behind one `row`. */
  grouped = (shown, others, draw, row) =>
    h(
      "ul.folded.lined.grouped",
      shown.map(draw),
      others.length > 0 &&
        h("li", row(others), this.isOpen(OTHERS) && listOf("folded lined", others, draw)),
    );
}
