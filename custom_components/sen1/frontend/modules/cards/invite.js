/** Other families, invited by one link each: the form, the link with its text, and what became of it. */

import { ADD, button, Card } from "../card.js";
import { confirmed } from "../dialog.js";
import { h } from "../dom.js";
import { Form } from "../inviting/form.js";
import { Link } from "../inviting/link.js";
import { isUsable } from "../inviting/progress.js";
import { Rows } from "../inviting/rows.js";
import { sheet } from "../inviting/style.js";

export default class Invite extends Card {
  static tag = "div";
  static readsEach = 15_000;
  static words = "inviting";
  static sheets = [sheet];

  constructor(host) {
    super(host);
    this.form = new Form(this);
    this.links = new Link(this);
    this.rows = new Rows(this);
    this.isBusy = false;
    this.turn = 0;
  }

  async read() {
    // What is being changed is answered by that change.
    if (!this.hass.user.is_admin || !this.hass.connected || this.isBusy) return;
    try {
      await this.ask({ type: "sen1/invitations" });
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.redraw();
  }

  /** Ask for the invitations, or for a change of them; the answer asked for last is kept. */
  async ask(message) {
    this.turn += 1;
    const { turn } = this;
    const answer = await this.hass.callWS({ ...message, language: this.language });
    if (turn === this.turn) this.known = answer;
    return answer;
  }

  content() {
    const { text } = this;
    const words = text.inviting;
    if (!this.hass.user.is_admin) {
      return [h("ha-card", null, this.locked(words.not_yours, words.not_yours_next))];
    }
    if (this.failed && !this.known && this.hass.connected) {
      const again = button(text.again, "mdi:refresh", () => this.read());
      return [h("ha-card", null, this.alert("error", words.not_read, undefined, again))];
    }
    if (!this.known) return [h("ha-card", null, this.loading(240))];
    const { accounts } = this.known;
    if (!accounts.length) {
      const start = this.adder(ADD, words.start);
      return [h("ha-card", null, this.empty(words.no_account, undefined, start))];
    }
    const shown = this.found();
    return [
      h("p", { class: "lead" }, words.one_link),
      !this.hass.connected && this.alert("warning", text.offline, text.offline_next),
      this.notice && this.alert("error", this.notice, this.reason),
      shown
        ? this.links.content(shown.account, shown.invitation)
        : this.form.content(this.account, accounts),
      this.rows.content(accounts),
    ];
  }

  /** Return the account that invites. */
  get account() {
    const { accounts } = this.known;
    return accounts.find(({ entry_id: id }) => id === this.chosen) ?? accounts[0];
  }

  choose(entryId) {
    this.chosen = entryId;
    this.redraw();
  }

  /** Return the invitation whose link is shown, with its account, while it is good for something. */
  found() {
    for (const account of this.known.accounts) {
      const invitation = account.invitations.find(({ id }) => id === this.shown);
      if (invitation && isUsable(invitation)) return { account, invitation };
    }
    return undefined;
  }

  /** Show the link of an invitation, or the form. */
  show(id) {
    this.shown = id;
    this.notice = undefined;
    this.links.renew();
    this.redraw();
    // What was pressed is gone.
    this.goTo("h2[tabindex]");
  }

  /** Go on reading from a heading. */
  async goTo(heading) {
    const element = this.frame.querySelector(heading);
    // What is in a card of Home Assistant is on the page once that is drawn.
    await element?.closest("ha-card")?.updateComplete;
    element?.focus();
  }

  /** Make the link that the form asks for. */
  async invite(account) {
    const { entry_id } = account;
    const asked = { type: "sen1/invite", entry_id, ...this.form.answersOf(account) };
    const answer = await this.change(asked, this.text.inviting.not_made);
    if (!answer) return;
    this.form.clear();
    this.show(answer.id);
  }

  async takeBack({ id, label, account: { entry_id } }) {
    const words = this.text.inviting;
    const isSure = await confirmed(this, {
      title: words.take_back_sure(label),
      body: words.take_back_body,
      yes: words.take_back,
      no: words.keep,
    });
    if (!isSure) return;
    const asked = { type: "sen1/take_back_invitation", entry_id, invitation: id };
    const answer = await this.change(asked, words.not_taken_back);
    // Its button is gone.
    if (answer) this.goTo(".title h2");
  }

  /** Have something changed once; return the answer, or say what failed. */
  async change(message, failure) {
    if (this.isBusy) return undefined;
    this.isBusy = true;
    this.notice = undefined;
    this.redraw();
    try {
      return await this.ask(message);
    } catch (error) {
      this.reason = await this.reasonOf(error);
      this.notice = failure;
      return undefined;
    } finally {
      this.isBusy = false;
      this.redraw();
    }
  }

  /** Return why something was refused, in the words of SEN1, where it has some for it. */
  async reasonOf({ translation_key: key, translation_placeholders: placeholders }) {
    if (!key) return undefined;
    const words = await this.hass.loadBackendTranslation("exceptions", "sen1");
    return words(`component.sen1.exceptions.${key}.message`, placeholders);
  }
}
