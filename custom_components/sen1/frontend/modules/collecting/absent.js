/** Who is expected and has not come. */

import { button, WordedPart } from "../card.js";
import { h, subline } from "../dom.js";
import { inOne } from "../formats.js";
import { dateOf } from "../inviting/times.js";
import { sharesOf, written } from "./members.js";

/** So many are shown, until one asks for the others. */
const FEW = 4;

/** Drawn for a card, which takes lists and matches members. */
export class Absent extends WordedPart {
  isUnfolded = false;

  content(collection) {
    const { words, card } = this;
    const { absent, imported_at: at } = collection;
    if (!at) return this.box(words.no_list, words.no_list_next, [this.take(words.list)]);
    const from = this.from(collection);
    const take = this.take(words.new_list);
    if (!absent.length) return this.box(words.all_came, from, [take]);
    const remind = button(
      words.remind(absent.length),
      "mdi:email-fast-outline",
      () => card.open(({ reminderShown }) => reminderShown(card, collection)),
      { class: "strong" },
    );
    return this.box(words.absent(absent.length), from, [remind, take], this.list(collection));
  }

  box(title, under, deeds, list) {
    return h(
      "ha-card.absent-card",
      h("div", h("h2", title), subline(under), h("div.deeds", deeds)),
      h("div", list),
    );
  }

  take(label) {
    const { card } = this;
    return button(label, "mdi:upload", () => card.takeList());
  }

  from({ absent, counts: { expected }, imported_at: at }) {
    const { words, card } = this;
    const shares = sharesOf(absent);
    return words.absent_from(
      expected,
      dateOf(card.formats, Date.parse(at)),
      shares === null ? "" : words.parts(shares),
    );
  }

  list(collection) {
    const { words } = this;
    const { absent } = collection;
    // One more row is no longer than what would stand for it.
    const isLong = absent.length > FEW + 1;
    const shown = this.isUnfolded || !isLong ? absent : absent.slice(0, FEW);
    const others = absent.slice(shown.length);
    const fold = () => this.set({ isUnfolded: !this.isUnfolded });
    const shares = sharesOf(others);
    return [
      h(
        "ul",
        { class: this.isUnfolded ? "absent scrolled" : "absent" },
        shown.map((one) => this.row(collection, one)),
        others.length > 0 &&
          h(
            "li",
            button(words.and_others(others.length), undefined, fold, {
              class: "plain",
              "aria-expanded": "false",
            }),
            h("span.amount", shares === null ? "" : words.parts(shares)),
          ),
      ),
      this.isUnfolded &&
        isLong &&
        button(words.fewer, undefined, fold, { class: "plain", "aria-expanded": "true" }),
    ];
  }

  row(collection, one) {
    const { words, card } = this;
    const name = nameOf(one);
    return h(
      "li",
      h("span.name", name),
      h("span.amount", one.shares === null ? "" : words.parts(one.shares)),
      collection.members.length > 0 &&
        card.deed(
          undefined,
          "mdi:account-check-outline",
          () => card.open(({ matchAsked }) => matchAsked(card, collection, one)),
          {
            class: "icon small",
            title: words.match,
            "aria-label": `${words.match}${card.text.colon}${name}`,
          },
        ),
    );
  }
}

/** Return how somebody of the list is called. */
export const nameOf = ({ number, name }) =>
  inOne([number === null ? "" : written(number), name], " ");
