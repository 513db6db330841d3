/** Who is expected and has not come: the reminder to send, the list to give, who is whom. */

import { button } from "../card.js";
import { Copier } from "../copying.js";
import { h } from "../dom.js";
import { dateOf } from "../inviting/times.js";
import { opened, titleOf } from "../sharing/dialogue.js";
import { sharesOf, written } from "./members.js";

/** So many are shown, until one asks for the others. */
const FEW = 4;

export class Absent {
  /** Draw for a card, which takes lists and matches members. */
  constructor(card) {
    Object.assign(this, { card, isUnfolded: false });
  }

  get words() {
    return this.card.text.collecting.organiser;
  }

  content(collection) {
    const { words } = this;
    const { absent, imported_at: at } = collection;
    if (!at) return this.box(words.no_list, words.no_list_next, [this.take(words.list)]);
    const from = this.from(collection);
    const take = this.take(words.new_list);
    if (!absent.length) return this.box(words.all_came, from, [take]);
    const remind = button(
      words.remind(absent.length),
      "mdi:email-fast-outline",
      () => this.remind(collection),
      { class: "strong" },
    );
    return this.box(words.absent(absent.length), from, [remind, take], this.list(collection));
  }

  box(title, under, deeds, list) {
    return h(
      "ha-card",
      { class: "absent-card" },
      h(
        "div",
        null,
        h("h2", null, title),
        h("p", { class: "under" }, under),
        h("div", { class: "deeds" }, deeds),
      ),
      h("div", null, list),
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
    const { words, card } = this;
    const { absent } = collection;
    // One more row is no longer than what would stand for it.
    const isLong = absent.length > FEW + 1;
    const shown = this.isUnfolded || !isLong ? absent : absent.slice(0, FEW);
    const others = absent.slice(shown.length);
    const fold = () => {
      this.isUnfolded = !this.isUnfolded;
      card.redraw();
    };
    const shares = sharesOf(others);
    return [
      h(
        "ul",
        { class: this.isUnfolded ? "absent scrolled" : "absent" },
        shown.map((one) => this.row(collection, one)),
        others.length > 0 &&
          h(
            "li",
            null,
            button(words.and_others(others.length), undefined, fold, {
              class: "plain",
              "aria-expanded": "false",
            }),
            h("span", { class: "amount" }, shares === null ? "" : words.parts(shares)),
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
      null,
      h("span", { class: "name" }, name),
      h("span", { class: "amount" }, one.shares === null ? "" : words.parts(one.shares)),
      collection.members.length > 0 &&
        button(undefined, "mdi:account-check-outline", () => this.match(collection, one), {
          class: "icon small",
          title: words.match,
          "aria-label": `${words.match}${card.text.colon}${name}`,
          disabled: card.isBusy || !card.hass.connected,
        }),
    );
  }

  /** Open the text that reminds those who have not come. */
  remind(collection) {
    const { card, words } = this;
    const { absent, title, account, link } = collection;
    const lines = words.remind_text(title, account, link);
    const names = absent.map(nameOf);
    const content = () => [
      titleOf(words.remind_title),
      h("p", null, words.remind_help),
      h(
        "div",
        { class: "message", id: "reminder" },
        lines.map((line) => h("p", { class: line === link ? "address" : "" }, line)),
      ),
      h(
        "div",
        { class: "chips" },
        copier.content("reminder", words.copy_text, () => lines.join("\n")),
      ),
      h("h3", null, words.absent(absent.length)),
      h("p", { class: "scrolled", id: "absent-names" }, names.join(", ")),
      h(
        "div",
        { class: "chips" },
        copier.content("absent-names", words.copy_names, () => names.join("\n")),
      ),
    ];
    const copier = new Copier(card, () => shown.redraw());
    const shown = opened(card, words.remind_title, content);
  }

  /** Ask which member somebody of the list is. */
  match({ members }, one) {
    const { card, words } = this;
    const title = words.match_title(nameOf(one));
    let number = "";
    let failed;
    const send = async (event) => {
      event.preventDefault();
      failed = await card.match(one, Number(number));
      if (failed) shown.redraw();
      else shown.close();
    };
    const content = () => {
      const member = members.find((each) => String(each.number) === number.replace(/^0+/, ""));
      const said = member
        ? words.match_found(written(member.number), member.name || words.no_name)
        : number.trim() && words.match_none;
      const input = {
        inputmode: "numeric",
        required: true,
        value: number,
        "aria-describedby": "match-said",
        oninput: ({ target }) => {
          number = target.value.trim();
          shown.redraw();
        },
      };
      return [
        titleOf(title),
        h("p", null, words.match_help),
        failed && card.alert("error", words.not_matched, failed),
        h(
          "form",
          { onsubmit: send, autocomplete: "off" },
          h("label", { class: "labelled" }, h("span", null, words.match_number), h("input", input)),
          h("p", { id: "match-said", class: "under", role: "status" }, said),
          h(
            "footer",
            null,
            h("span", { class: "under" }),
            h(
              "button",
              { type: "submit", class: "strong", disabled: !member || card.isBusy },
              words.match_yes,
            ),
          ),
        ),
      ];
    };
    const shown = opened(card, title, content);
  }
}

const nameOf = ({ number, name }) =>
  [number === null ? "" : written(number), name].filter(Boolean).join(" ");
