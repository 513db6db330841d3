/** What is received of others, by friend: sought, unfolded, erased as one or by row. */

import { confirmed } from "../dialog.js";
import { h, listOf, subline } from "../dom.js";
import { inOne } from "../formats.js";
import { hasAll } from "../seeking.js";
import { finenessOf } from "./fineness.js";
import { Folding, OTHERS, SEARCHED } from "./folding.js";
import { countIn, earliest, heldBy } from "./groups.js";
import { rowButton } from "./lists.js";

/** So many friends have a line, the others share one; of a friend so many measures are named. */
const SHOWN = 2;
const NAMED = 3;

export class Held extends Folding {
  /** Return what is received, of whom most comes first, and when it is erased. */
  content(accounts) {
    const { card, words } = this;
    const holds = accounts.flatMap((account) => account.holds);
    const groups = heldBy(accounts, card.standingOf);
    const passedOn = words.never_passed_on(holds.some(({ may_forward: may }) => may));
    const counted = words.series_of(countIn(holds), groups.length);
    const isSought = hasAll(this.query);
    const found = heldBy(accounts, card.standingOf, ({ friend, series }) =>
      isSought(`${friend} ${series}`),
    );
    const isWhole = this.query || groups.length <= SHOWN + 1;
    const shown = isWhole ? found : found.slice(0, SHOWN);
    const others = isWhole ? [] : found.slice(SHOWN);
    return h(
      "ha-card.flow",
      card.head(words.i_hold, holds.length > 0 && `${counted}, ${passedOn}`),
      !holds.length && card.empty(words.nothing_held, words.nothing_held_next),
      holds.length >= SEARCHED && this.isOpen(OTHERS) && h("div.tools", this.search()),
      holds.length > 0 && !found.length && card.empty(words.none_found),
      found.length > 0 && this.list(shown, others),
      holds.length > 0 && card.isWide && h("p.note", words.what_erasing_does),
    );
  }

  list(shown, others) {
    const { card, words } = this;
    const line = (until, ...told) =>
      h("div.line", told, h("div.under", until && words.erased_day(card.lastDay(until))));
    const block = ({ key, name, standing, rows, until }) =>
      h(
        "li",
        line(
          until,
          h("div", this.headOf(key, name, standing), h("p.under.within", this.named(rows))),
        ),
        this.isOpen(key) && [
          listOf("folded lined", rows, (one) => this.blockOf(one)),
          rows.length > 1 && h("div.within.chips", this.eraser(rows)),
        ],
      );
    return this.grouped(shown, others, block, () =>
      line(
        earliest(others.map(({ until }) => until)),
        this.fold(OTHERS, words.other_friends(others.length)),
      ),
    );
  }

  /** Return what measures are called, or of members what they were asked. */
  named = (rows) =>
    rows.length > NAMED
      ? this.words.series(countIn(rows))
      : rows.map((one) => this.titleOf(one)).join(", ");

  titleOf({ series, members, publication }) {
    const { asked, homes } = this.words;
    return Number.isInteger(members) ? `${asked[publication]}, ${homes(members)}` : series;
  }

  blockOf(one) {
    const fine = finenessOf(this.words, one.detail);
    return h(
      "li",
      h("div.line", h("div", this.titleOf(one)), fine, this.eraserOf(one)),
      subline(this.status(one)),
      !Number.isInteger(one.members) && this.source(one),
      subline(this.kept(one)),
    );
  }

  // What can be done

  /** Return the button that erases all that is held of a friend. */
  eraser(rows) {
    const { card, words } = this;
    const [{ friend, entry_id, friend_id }] = rows;
    const count = countIn(rows);
    const erase = () => this.erase([{ entry_id, friend_id }], words.sure_erase_all(count, friend));
    return card.deed(words.erase_all(count), "mdi:delete-outline", erase, {
      class: "small danger",
      "aria-label": `${words.erase}${card.text.colon}${friend}, ${words.series(count)}`,
    });
  }

  /** Return the button that erases one series. */
  eraserOf(one) {
    const { entry_id, friend_id, friend, publication } = one;
    const { card, words } = this;
    const series = this.titleOf(one);
    const erase = () =>
      this.erase([{ entry_id, friend_id, publication }], words.sure_erase(series, friend));
    const more = { isIcon: true, look: "danger", disabled: card.isOff };
    return rowButton(card, words.erase, "mdi:delete-outline", `${series}, ${friend}`, erase, more);
  }

  /** Erase what is held of some friends, once this is confirmed. */
  async erase(several, title) {
    const { card, words } = this;
    const isSure = await confirmed(card, {
      title,
      body: words.sure_erase_body,
      yes: words.erase,
      no: words.keep_it,
    });
    if (!isSure) return;
    const messages = several.map((one) => ({ type: "sen1/erase_held", ...one }));
    await card.changeEach(messages, words.not_erased);
  }

  /** Say where a series comes from, and who answers for it. */
  source({ friend, provenance }) {
    const words = this.card.text.trust;
    if (!provenance) return subline(words.unknown_source);
    const { source, manufacturer, model, controller, via } = provenance;
    const device = inOne([manufacturer, model], " ");
    const said = [
      words.comes_from(words.source[source] ?? words.source.other, device),
      controller !== friend && words.answers(controller),
      via && words.passed_on(via),
    ];
    return subline(inOne(said));
  }

  status({ status, last_reading: at }) {
    const { text, hass, formats } = this.card;
    if (status === "receiving") return text.sharing.received(formats.ago(Date.parse(at)));
    const key = `component.sen1.entity.sensor.series_status.state.${status}`;
    const told = hass.localize(key) || status;
    return status === "waiting" ? `${told}. ${text.sharing.waits.theirs}` : told;
  }

  kept({ retention_days: days }) {
    return days ? this.words.kept(days) : this.words.kept_unsaid;
  }
}
