/** What is held of others, by friend, with the total. */

import { PAGE } from "../card.js";
import { h } from "../dom.js";
import { heldBy } from "./groups.js";
import { finenessOf, foldOf, WIDE, wholeOf } from "./lists.js";
import { markOf } from "./marks.js";

/** So few rows are all unfolded. */
const FEW = 6;
const WHOLE = "whole";

export class Held {
  constructor(card) {
    Object.assign(this, { card, toggled: new Set() });
  }

  isOpen = (key) => this.toggled.has(key) !== this.isFew;

  toggle(key) {
    if (!this.toggled.delete(key)) this.toggled.add(key);
    this.card.redraw();
  }

  content(accounts) {
    const { card } = this;
    const { text, formats } = card;
    const words = text.sharing;
    const holds = accounts.flatMap((account) => account.holds);
    const groups = heldBy(accounts, card.standingOf);
    const readings = groups.reduce((sum, group) => sum + group.readings, 0);
    const passedOn = words.never_passed_on(holds.some(({ may_forward: may }) => may));
    this.isFew = holds.length <= FEW;
    const isWide = card.width >= WIDE;
    if (!isWide && !this.isFew && !this.toggled.has(WHOLE)) {
      const count = words.points(readings, formats.number(readings));
      return this.folded(`${words.series_of(holds.length, groups.length)}, ${count}`, false);
    }
    return [
      !isWide && !this.isFew
        ? this.folded(passedOn, true)
        : card.title("mdi:tray-arrow-down", words.i_hold, passedOn),
      h(
        "ha-card",
        { class: "flow" },
        holds.length === 0 && card.empty(words.nothing_held, words.nothing_held_next),
        holds.length > 0 && (isWide ? this.table(groups, readings) : this.blocks(groups)),
        holds.length > 0 &&
          h("p", { class: "note" }, words.how_to_erase, " ", card.link(PAGE, words.to_friends)),
      ),
    ];
  }

  /** Return the one row that stands for all on a phone. */
  folded(under, isOpen) {
    const { i_hold: title } = this.card.text.sharing;
    return wholeOf("mdi:tray-arrow-down", title, under, isOpen, () => this.toggle(WHOLE));
  }

  table(groups, readings) {
    const { formats } = this.card;
    const words = this.card.text.sharing;
    const count = (value) => h("td", { class: "count" }, formats.number(value));
    const rows = groups.reduce((sum, group) => sum + group.rows.length, 0);
    return h(
      "table",
      { class: "left grouped" },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          h("th", { scope: "col" }, words.from),
          h("th", { scope: "col", class: "number" }, words.series_head),
          h("th", { scope: "col", class: "number" }, words.readings),
          [words.detail, words.until, words.erased].map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h(
        "tbody",
        null,
        groups.map((group) => [
          h(
            "tr",
            { class: this.isOpen(group.key) ? "open" : "" },
            h("th", { scope: "row" }, this.head(group)),
            count(group.rows.length),
            count(group.readings),
            h("td", null, finenessOf(words, group.detail)),
            h("td", null, this.end(group)),
            h("td"),
          ),
          this.isOpen(group.key) && group.rows.map((one) => this.row(one)),
        ]),
      ),
      h(
        "tfoot",
        null,
        h(
          "tr",
          null,
          h("th", { scope: "row" }, this.card.text.total),
          count(rows),
          count(readings),
          h("td", { colspan: 3 }),
        ),
      ),
    );
  }

  row(one) {
    const { card } = this;
    const words = card.text.sharing;
    return h(
      "tr",
      { class: "inner" },
      h(
        "th",
        { scope: "row" },
        h(
          "div",
          { class: "within" },
          one.series,
          h("p", { class: "under" }, this.status(one)),
          this.source(one),
        ),
      ),
      h("td"),
      h("td", { class: "count" }, one.readings > 0 ? card.formats.number(one.readings) : "–"),
      h("td", null, finenessOf(words, one.detail)),
      h("td", null, one.until ? card.lastDay(one.until) : "–"),
      h("td", null, this.kept(one)),
    );
  }

  blocks(groups) {
    const { formats } = this.card;
    const words = this.card.text.sharing;
    const block = (group) =>
      h(
        "li",
        null,
        this.head(group),
        h(
          "p",
          { class: "under within" },
          [
            words.series(group.rows.length),
            group.readings > 0 && words.points(group.readings, formats.number(group.readings)),
          ]
            .filter(Boolean)
            .join(", "),
        ),
        this.isOpen(group.key) &&
          h(
            "ul",
            { class: "folded" },
            group.rows.map((one) => this.blockOf(one)),
          ),
      );
    return h("ul", { class: "folded grouped" }, groups.map(block));
  }

  blockOf(one) {
    const { formats } = this.card;
    const words = this.card.text.sharing;
    const count = one.readings > 0 && words.points(one.readings, formats.number(one.readings));
    return h(
      "li",
      null,
      h("div", { class: "line" }, h("div", null, one.series), finenessOf(words, one.detail)),
      h("p", { class: "under" }, [count, this.status(one)].filter(Boolean).join(", ")),
      this.source(one),
      h("p", { class: "under" }, this.kept(one)),
    );
  }

  head({ key, name, standing }) {
    return h(
      "div",
      { class: "head" },
      foldOf(this.isOpen(key), () => this.toggle(key), name),
      markOf(this.card.text.trust, standing),
    );
  }

  end({ until, isOneEnd }) {
    if (!until) return "–";
    return [
      this.card.lastDay(until),
      !isOneEnd && h("p", { class: "under" }, this.card.text.sharing.first_end),
    ];
  }

  /** Say where a series comes from, and who answers for it. */
  source({ friend, provenance }) {
    const words = this.card.text.trust;
    if (!provenance) return h("p", { class: "under" }, words.unknown_source);
    const { source, manufacturer, model, controller, via } = provenance;
    const device = [manufacturer, model].filter(Boolean).join(" ");
    const said = [
      words.comes_from(words.source[source] ?? words.source.other, device),
      controller !== friend && words.answers(controller),
      via && words.passed_on(via),
    ];
    return h("p", { class: "under" }, said.filter(Boolean).join(", "));
  }

  status({ status, last_reading: at }) {
    const { text, hass, formats } = this.card;
    if (status === "receiving") return text.sharing.received(formats.ago(Date.parse(at)));
    const key = `component.sen1.entity.sensor.series_status.state.${status}`;
    const told = hass.localize(key) || status;
    return status === "waiting" ? `${told}. ${text.sharing.waits.theirs}` : told;
  }

  kept({ retention_days: days }) {
    const words = this.card.text.sharing;
    return days ? words.kept(days) : words.kept_unsaid;
  }
}
