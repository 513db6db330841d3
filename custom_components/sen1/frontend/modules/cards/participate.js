/** The invitation to a collection, answered on one page; and what one takes part in. */

import { asked } from "../address.js";
import { Asking } from "../asking.js";
import { Joined, seriesOf } from "../collecting/joined.js";
import { memberSheet } from "../collecting/member_style.js";
import { Opening } from "../collecting/opening.js";
import { rowsOf } from "../collecting/received.js";
import { sheet } from "../collecting/style.js";
import { confirmed } from "../dialog.js";
import { h } from "../dom.js";
import { sheet as invitingSheet } from "../inviting/style.js";
import { opener } from "../opener.js";
import { steppingSheet } from "../stepping.js";

export default class Participate extends Asking {
  static page = "participate";
  static asks = "sen1/collection_offers";
  static words = ["member"];
  static sheets = [invitingSheet, sheet, steppingSheet, memberSheet];
  static isSized = true;

  opening = new Opening(this);
  joined = new Joined(this);
  forms = new Map();

  /** Return what tells of a challenge, where there is one to take part in. */
  get challenge() {
    return this.needed("challenge", async () =>
      (await import("../collecting/challenge.js")).challengeOf(this),
    );
  }

  watched() {
    const { entities, devices } = this.hass;
    const given = this.statesOf(rowsOf(this.hass, this.known?.participations ?? []));
    return [entities, devices, ...given];
  }

  async read() {
    if (!this.localize && this.hass.connected && this.may("participate")) this.speak();
    await Promise.all([super.read(), this.joined.register.read()]);
  }

  /** Fetch the words that a consent names, which the form of a friend has too. */
  async speak() {
    this.localize = await this.hass.loadBackendTranslation("selector", "sen1");
    this.redraw();
  }

  word = (list, key) => this.localize?.(`component.sen1.selector.${list}.options.${key}`) ?? "";

  /** Return what something is for. */
  purpose = (purpose) => this.word("purpose", purpose);

  /** Return what a series of a kind and detail tells. */
  tells = (key) => this.word("share_tells", key);

  page({ accounts, offers, participations }) {
    const { words } = this;
    if (!accounts.length) {
      const start = opener(this, words.start, { steps: ["account"] }, { class: "strong" });
      return [h("ha-card", this.empty(words.no_account, undefined, start))];
    }
    // Who comes with an invitation is shown where to paste it, and not another's.
    const isBox = asked("box") !== undefined && !this.added;
    const offer =
      offers.find(({ offer_id: id }) => id === this.shown) ?? (isBox ? undefined : offers[0]);
    const added = participations.find(({ subentry_id: id }) => id === this.added);
    return [
      h("div.narrow-title", this.told(), this.which(words.which, offers, offer, "offer_id")),
      isBox && !offer && this.opening.content(accounts, true),
      added && this.joined.next(added),
      offer && (this.formOf(offer)?.content(offer) ?? this.loading(1200)),
      participations.length > 0 && [
        h("div.narrow-title", this.title("mdi:account-group", words.mine)),
        participations.map((one) => this.joined.content(one)),
      ],
      !isBox && !offer && this.opening.content(accounts, !participations.length),
    ];
  }

  /**
   * Return what was answered to an offer so far, undefined while its form is fetched; it stays while
   * the page is read again.
   */
  formOf({ offer_id: id }) {
    const Form = this.needed("offer", async () => (await import("../collecting/offer.js")).Offer);
    if (Form && !this.forms.has(id)) this.forms.set(id, new Form(this));
    return this.forms.get(id);
  }

  /** Have something changed, and go on reading where what was pressed is gone. */
  async change(message, failure) {
    this.said = undefined;
    const answer = await super.change(message, failure);
    // Why it failed may stand on the page that is read anew.
    if (!answer) this.read();
    return answer;
  }

  async open(entryId, link) {
    const message = { type: "sen1/open_collection", entry_id: entryId, link };
    const answer = await this.change(message, this.text.member.not_opened);
    if (!answer) return;
    this.opening = new Opening(this);
    this.show(answer.offer_id);
    await this.fetching.offer;
    this.goTo(".inviter h2");
  }

  async join({ offer_id: id }, answers) {
    const message = { type: "sen1/join_collection", offer_id: id, ...answers };
    const answer = await this.change(message, this.text.member.not_joined);
    if (!answer) return;
    this.forms.delete(id);
    this.added = answer.subentry_id;
    this.redraw();
    this.goTo("h2.joined");
  }

  async decline({ offer_id: id }) {
    const { words } = this;
    const message = { type: "sen1/decline_collection", offer_id: id };
    if (!(await this.change(message, words.not_declined))) return;
    this.forms.delete(id);
    this.say(words.declined);
  }

  /** Agree to what is shown: the organiser may have changed it once more meanwhile. */
  async agree({ subentry_id: id, asks_again: { charter_id: charter, challenge } }) {
    const { words } = this;
    const message = {
      type: "sen1/agree_charter",
      subentry_id: id,
      charter_id: charter,
      challenge,
    };
    if (await this.change(message, words.not_agreed)) this.goTo(".title h2");
  }

  async leave({ subentry_id: id, title, organiser, gives }) {
    const { words } = this;
    const isSure = await confirmed(this, {
      title: words.leave_sure(title),
      body: words.leave_body(seriesOf(gives).length, organiser),
      yes: words.leave,
      no: words.stay,
    });
    if (!isSure) return;
    const message = { type: "sen1/leave_collection", subentry_id: id };
    if (await this.change(message, words.not_left))
      this.say(words.left(title), words.left_next(organiser));
  }
}
