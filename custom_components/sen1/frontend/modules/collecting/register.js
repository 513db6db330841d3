/** Shares in projects, as an organiser tells them: one press says whether they are right. */

import { Part } from "../card.js";
import { chips, h, subline } from "../dom.js";
import { CENTS } from "../formats.js";
import { dateOf } from "../inviting/times.js";

/** Drawn for a card; what was read last stays while it cannot be read. */
export class Register extends Part {
  shares = [];

  get words() {
    return this.card.text.member.register;
  }

  async read() {
    const { hass } = this.card;
    if (!hass.connected || this.card.isBusy || !this.card.may("participate")) return;
    try {
      ({ shares: this.shares = [] } = await hass.callWS({ type: "sen1/register" }));
    } catch {
      return;
    }
    this.card.redraw();
  }

  async answer({ subentry_id: id, project, shares }, isRight) {
    const { card } = this;
    if (card.isBusy) return;
    const asked = { type: "sen1/answer_shares", subentry_id: id, project, shares };
    await card.attemptChange(async () => {
      ({ shares: this.shares } = await card.hass.callWS({ ...asked, is_right: isRight }));
    }, this.words.not_answered);
    card.goTo(".told-shares h3");
  }

  /** Return what is told of the projects of a collection that one takes part in. */
  content({ subentry_id: id }) {
    const told = this.shares.filter((share) => share.subentry_id === id);
    if (!told.length) return false;
    return h(
      "div.told-shares",
      h("h3", { tabindex: "-1" }, this.words.title),
      told.map((share) => (share.state === "asked" ? this.question(share) : this.answered(share))),
    );
  }

  question(share) {
    const { words } = this;
    const { organiser, shares, title, paid_on: paid, dividends } = share;
    return h(
      "div.ask.chosen",
      h("p", h("strong", words.says(organiser, shares, title, paid && this.day(paid)))),
      dividends !== null && subline(words.dividends(this.amount(share))),
      this.beside(share),
      chips(this.press(words.right, share, true, "strong"), this.press(words.wrong, share, false)),
    );
  }

  answered(share) {
    const { words, card } = this;
    const { organiser, shares, title, state, at, held, parts, awaits } = share;
    const said = words[state](shares, title, dateOf(card.formats, Date.parse(at)), organiser);
    // Typed otherwise since, or taken away: it is the household's to have it again.
    const isOther = state === "confirmed" && held !== shares && parts < 2 && !awaits;
    return h(
      "div.ask",
      h("p", said),
      state === "confirmed" && this.beside(share),
      (isOther || state === "contested") &&
        chips(this.press(isOther ? words.again(shares) : words.right, share, true)),
    );
  }

  /** Return what the household's own page has of it, or what it waits for. */
  beside({ organiser, shares, held, parts, awaits }) {
    const { words } = this;
    const said = [
      awaits && words.awaits[awaits](organiser),
      parts > 1 && words.several(parts, held),
      parts === 1 && held !== shares && words.held(held),
    ].filter(Boolean);
    return said.map((one) => subline(one));
  }

  press(label, share, isRight, style = "") {
    const { card } = this;
    return card.deed(label, undefined, () => this.answer(share, isRight), {
      class: style,
      "aria-label": `${label}${card.text.colon}${share.title}`,
    });
  }

  day = (day) => this.card.formats.day(day);

  amount = ({ dividends, currency }) => this.formats.money(dividends, CENTS, currency);
}
