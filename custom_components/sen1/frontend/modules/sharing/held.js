/** What is held of others, by friend, with the total: sought, unfolded, erased as one or by row. */

import { button } from "../card.js";
import { confirmed } from "../dialog.js";
import { columnHead, h, listOf, subline, tableOf, tableRow } from "../dom.js";
import { searchField } from "../fields.js";
import { hasAll } from "../seeking.js";
import { finenessOf } from "./fineness.js";
import { heldBy, partedHeld, personOf, seriesIn } from "./groups.js";
import { Folding, WIDE, wholeOf } from "./lists.js";
import { markOf } from "./marks.js";

/** So few rows are all unfolded. */
const FEW = 6;
/** From so many rows on, they can be sought by name. */
const SEARCHED = 11;
const WHOLE = "whole";
const OTHERS = "others";

export class Held extends Folding {
  query = "";

  isOpen(key) {
    return super.isOpen(key) !== (this.isFew && key !== OTHERS);
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
      return this.folded(`${words.series_of(seriesIn(holds), groups.length)}, ${count}`, false);
    }
    const isSought = hasAll(this.query);
    const found = heldBy(accounts, card.standingOf, ({ friend, series }) =>
      isSought(`${friend} ${series}`),
    );
    const { shown, others } = this.query ? { shown: found, others: [] } : partedHeld(found);
    return [
      !isWide && !this.isFew
        ? this.folded(passedOn, true)
        : card.title("mdi:tray-arrow-down", words.i_hold, passedOn),
      holds.length >= SEARCHED && this.search(),
      h(
        "ha-card",
        { class: "flow" },
        holds.length === 0 && card.empty(words.nothing_held, words.nothing_held_next),
        holds.length > 0 && !found.length && card.empty(words.none_found),
        found.length > 0 && (isWide ? this.table(shown, others) : this.blocks(shown, others)),
        holds.length > 0 && h("p", { class: "note" }, words.what_erasing_does),
      ),
    ];
  }

  search() {
    const seek = (query) => this.set({ query });
    const { search } = this.card.text.sharing;
    return h("div", { class: "tools" }, searchField(search, this.query, seek));
  }

  /** Return the one row that stands for all on a phone. */
  folded(under, isOpen) {
    const { i_hold: title } = this.card.text.sharing;
    return wholeOf("mdi:tray-arrow-down", title, under, isOpen, () => this.toggle(WHOLE));
  }

  table(shown, others) {
    const { formats } = this.card;
    const words = this.card.text.sharing;
    const count = (value) => h("td", { class: "count" }, formats.number(value));
    const all = [...shown, ...others];
    const groupRows = (group) => [
      h(
        "tr",
        { class: this.isOpen(group.key) ? "open" : "" },
        h("th", { scope: "row" }, this.head(group)),
        count(group.count),
        count(group.readings),
        h("td", null, finenessOf(words, group.detail)),
        h("td", null, this.end(group)),
        h("td"),
        h("td", { class: "end" }, this.eraser(group, words.erase)),
      ),
      this.isOpen(group.key) && group.rows.map((one) => this.row(one)),
    ];
    const heads = [
      columnHead(words.from),
      [words.series_head, words.readings].map((name) => columnHead(name, "number")),
      [words.detail, words.until, words.erased].map((name) => columnHead(name)),
      h("td"),
    ];
    const readingsOf = (groups) => groups.reduce((total, { readings }) => total + readings, 0);
    const rest = () => h("td", { colspan: 4 });
    const rows = [
      shown.map(groupRows),
      others.length > 0 &&
        tableRow(this.othersHead(others), count(others.length), count(readingsOf(others)), rest()),
      this.isOpen(OTHERS) && others.map(groupRows),
    ];
    const series = all.reduce((total, group) => total + group.count, 0);
    const foot = tableRow(this.card.text.total, count(series), count(readingsOf(all)), rest());
    return tableOf({ class: "left grouped" }, heads, rows, { foot });
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
        h("div", { class: "within" }, one.series, subline(this.status(one)), this.source(one)),
      ),
      h("td"),
      h("td", { class: "count" }, one.readings > 0 ? card.formats.number(one.readings) : "–"),
      h("td", null, finenessOf(words, one.detail)),
      h("td", null, one.until ? card.lastDay(one.until) : "–"),
      h("td", null, this.kept(one)),
      h("td", { class: "end" }, this.eraserOf(one)),
    );
  }

  blocks(shown, others) {
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
            words.series(group.count),
            group.readings > 0 && words.points(group.readings, formats.number(group.readings)),
          ]
            .filter(Boolean)
            .join(", "),
        ),
        this.isOpen(group.key) && [
          listOf("folded", group.rows, (one) => this.blockOf(one)),
          group.rows.length > 1 &&
            h("div", { class: "within chips" }, this.eraser(group, words.erase_all(group.count))),
        ],
      );
    return h(
      "ul",
      { class: "folded grouped" },
      shown.map(block),
      others.length > 0 && h("li", null, this.othersHead(others)),
      this.isOpen(OTHERS) && others.map(block),
    );
  }

  blockOf(one) {
    const { formats } = this.card;
    const words = this.card.text.sharing;
    const count = one.readings > 0 && words.points(one.readings, formats.number(one.readings));
    return h(
      "li",
      null,
      h(
        "div",
        { class: "line" },
        h("div", null, one.series),
        finenessOf(words, one.detail),
        this.eraserOf(one),
      ),
      subline([count, this.status(one)].filter(Boolean).join(", ")),
      this.source(one),
      subline(this.kept(one)),
    );
  }

  head({ key, name, standing }) {
    return h(
      "div",
      { class: "head" },
      this.fold(key, name),
      markOf(this.card.text.trust, standing),
    );
  }

  othersHead = (others) => this.fold(OTHERS, this.card.text.sharing.other_homes(others.length));

  // What can be done

  /** Return the button that erases all that is held of a friend. */
  eraser({ key, name, rows, count }, label) {
    const { text } = this.card;
    const words = text.sharing;
    const [{ entry_id: entryId, friend_id: friendId, series }] = rows;
    const question = count > 1 ? words.sure_erase_all(count, name) : words.sure_erase(series, name);
    return button(
      label,
      "mdi:delete-outline",
      () => this.erase([{ entry_id: entryId, friend_id: friendId }], question),
      {
        class: "small danger",
        disabled: this.isOff(key),
        "aria-label": `${words.erase}${text.colon}${name}, ${words.series(count)}`,
      },
    );
  }

  /** Return the button that erases one series. */
  eraserOf({ entry_id: entryId, friend_id: friendId, friend, publication, series, person }) {
    const { text } = this.card;
    const words = text.sharing;
    const asked = { entry_id: entryId, friend_id: friendId, publication };
    return button(
      undefined,
      "mdi:delete-outline",
      () => this.erase([asked], words.sure_erase(series, friend)),
      {
        class: "small icon danger",
        disabled: this.isOff(person),
        title: words.erase,
        "aria-label": `${words.erase}${text.colon}${series}, ${friend}`,
      },
    );
  }

  isOff = (person) => this.card.busy.has(person) || !this.card.hass.connected;

  /** Erase what is held of some friends, once this is confirmed. */
  async erase(several, title) {
    const { card } = this;
    const words = card.text.sharing;
    const isSure = await confirmed(card, {
      title,
      body: words.sure_erase_body,
      yes: words.erase,
      no: words.keep_it,
    });
    if (!isSure) return;
    const keys = several.map((one) => personOf(one.entry_id, one.friend_id));
    const messages = several.map((one) => ({ type: "sen1/erase_held", ...one }));
    await card.changeEach(keys, messages, words.not_erased);
  }

  end({ until, isOneEnd }) {
    if (!until) return "–";
    return [this.card.lastDay(until), !isOneEnd && subline(this.card.text.sharing.first_end)];
  }

  /** Say where a series comes from, and who answers for it. */
  source({ friend, provenance }) {
    const words = this.card.text.trust;
    if (!provenance) return subline(words.unknown_source);
    const { source, manufacturer, model, controller, via } = provenance;
    const device = [manufacturer, model].filter(Boolean).join(" ");
    const said = [
      words.comes_from(words.source[source] ?? words.source.other, device),
      controller !== friend && words.answers(controller),
      via && words.passed_on(via),
    ];
    return subline(said.filter(Boolean).join(", "));
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
