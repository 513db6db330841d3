/** Other families, invited by one link each: the form, the link with its text, and what became of it. */

import { Asking } from "../asking.js";
import { confirmed } from "../dialog.js";
import { h } from "../dom.js";
import { Form } from "../inviting/form.js";
import { Link } from "../inviting/link.js";
import { isUsable } from "../inviting/progress.js";
import { Rows } from "../inviting/rows.js";
import { sheet } from "../inviting/style.js";
import { opener } from "../opener.js";

export default class Invite extends Asking {
  static page = "invite";
  static asks = "sen1/invitations";
  static words = ["inviting"];
  static sheets = [sheet];

  form = new Form(this);
  links = new Link(this);
  rows = new Rows(this);

  page({ accounts }) {
    const { words } = this;
    if (!accounts.length) {
      const start = opener(this, words.start, { steps: ["account"] }, { class: "strong" });
      return [h("ha-card", this.empty(words.no_account, undefined, start))];
    }
    const shown = this.found();
    return [
      h("p.lead", words.one_link),
      this.told(),
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
    this.links.copier.renew();
    this.redraw();
    // What was pressed is gone.
    this.goTo("h2[tabindex]");
  }

  /** Make the link that the form asks for. */
  async invite(account) {
    const { entry_id } = account;
    const asked = { type: "sen1/invite", entry_id, ...this.form.answersOf(account) };
    const answer = await this.change(asked, this.words.not_made);
    if (!answer) return;
    this.form.clear();
    this.show(answer.id);
  }

  async takeBack({ id, label, account: { entry_id } }) {
    const { words } = this;
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
}
