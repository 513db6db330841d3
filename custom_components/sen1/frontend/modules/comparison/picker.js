/** The dialogue in which series are chosen: sought, filtered by their unit, in their groups. */

import { button, pressable } from "../card.js";
import { h, haIcon, subline, update } from "../dom.js";
import { hasAll } from "../seeking.js";
import { spanOf } from "./figures.js";

/** More curves than this on one picture cannot be told apart. */
export const MOST = 6;

/** The units that a filter is for. */
export const UNITS = {
  energy: ["Wh", "kWh", "MWh", "MJ", "GJ"],
  power: ["W", "kW", "MW", "VA", "kVA"],
  volume: ["m³", "L", "ft³", "CCF", "gal"],
  temperature: ["°C", "°F", "K"],
};

/** Return groups with the series that fit a filter: words of name, site or unit, and a unit. */
export function sought(groups, words, unit) {
  const isFound = hasAll(words);
  return groups
    .filter(({ isSought }) => words.trim() || !isSought)
    .map((group) => ({
      ...group,
      series: group.series.filter((one) => {
        const isUnit = !unit || UNITS[unit].includes(one.unit);
        return isUnit && isFound(`${group.name} ${one.full} ${one.unit ?? ""}`);
      }),
    }))
    .filter(({ series }) => series.length);
}

/** A picker of a card; `groups` is asked anew whenever it is drawn. */
export class Picker {
  constructor(card, groups, chosen, onChosen) {
    Object.assign(this, { card, groups, onChosen, words: "", unit: "", closed: new Set() });
    this.chosen = new Set(chosen);
    this.dialog = h("dialog", {
      class: `picker ${card.frame.className}`,
      "aria-labelledby": "picker-title",
      onclose: () => {
        this.dialog.remove();
        this.card.picker = undefined;
      },
    });
    this.draw();
    card.root.append(this.dialog);
    this.dialog.showModal();
  }

  draw() {
    const { card, groups } = this;
    const { text } = card;
    const all = groups();
    const shown = sought(all, this.words, this.unit);
    update(this.dialog, [
      this.head(),
      h("div", { class: "rows-of" }, [
        shown.length ? shown.map((group) => this.group(group)) : subline(text.picker.none),
      ]),
      this.foot(),
    ]);
  }

  head() {
    const { text } = this.card;
    const filter = (unit) =>
      pressable(
        text.picker.units[unit],
        unit === this.unit,
        () => this.set({ unit: unit === this.unit ? "" : unit }),
        { class: "small" },
      );
    return h(
      "div",
      { class: "top" },
      h(
        "header",
        null,
        h("h2", { id: "picker-title" }, text.picker.title),
        button("", "mdi:close", () => this.dialog.close(), { "aria-label": text.picker.close }),
      ),
      h(
        "label",
        null,
        h("span", { class: "hidden" }, text.picker.search),
        h("input", {
          type: "search",
          placeholder: text.picker.search,
          value: this.words,
          oninput: ({ target }) => this.set({ words: target.value }),
        }),
      ),
      h(
        "div",
        { class: "chips many", role: "group", "aria-label": text.picker.filter },
        Object.keys(UNITS).map(filter),
      ),
    );
  }

  group({ key, name, icon, series }) {
    const { text, formats } = this.card;
    const isOpen = !this.closed.has(key);
    const toggle = () => {
      if (!this.closed.delete(key)) this.closed.add(key);
      this.draw();
    };
    return h(
      "section",
      null,
      h(
        "h3",
        null,
        h(
          "button",
          { type: "button", class: "group", "aria-expanded": String(isOpen), onclick: toggle },
          haIcon(icon),
          h("span", { class: "grow" }, name),
          h("span", { class: "under" }, text.picker.count(formats.number(series.length))),
          haIcon(isOpen ? "mdi:chevron-up" : "mdi:chevron-down"),
        ),
      ),
      isOpen &&
        h(
          "ul",
          null,
          series.map((one) => this.row(one)),
        ),
    );
  }

  row(one) {
    const { text, formats } = this.card;
    const isChosen = this.chosen.has(one.statistic);
    const onchange = ({ target }) => {
      if (target.checked) this.chosen.add(one.statistic);
      else this.chosen.delete(one.statistic);
      this.draw();
    };
    return h(
      "li",
      null,
      h(
        "label",
        { class: one.known > 0 ? "pick" : "pick resting" },
        h("input", {
          type: "checkbox",
          checked: isChosen,
          disabled: !isChosen && this.chosen.size >= MOST,
          onchange,
        }),
        h(
          "span",
          { class: "grow" },
          one.name,
          !(one.known > 0) && h("small", null, spanOf(text, formats, one)),
        ),
        h("span", { class: "unit" }, one.unit ?? ""),
        h(
          "span",
          { class: "strip", "aria-hidden": "true" },
          h("i", { style: `width: ${100 * one.known}%` }),
        ),
        h("span", { class: "part" }, formats.percent(100 * one.known)),
      ),
    );
  }

  foot() {
    const { text } = this.card;
    const done = () => {
      this.onChosen([...this.chosen]);
      this.dialog.close();
    };
    return h(
      "footer",
      null,
      h(
        "div",
        { class: "grow", role: "status" },
        h("strong", null, text.picker.chosen(this.chosen.size)),
        subline(text.picker.kept(MOST)),
      ),
      button(text.picker.clear, undefined, () => {
        this.chosen.clear();
        this.draw();
      }),
      button(text.picker.compare, undefined, done, {
        class: "full",
        disabled: !this.chosen.size,
      }),
    );
  }

  set(changes) {
    Object.assign(this, changes);
    this.draw();
  }
}
