/** One link to give: as a square code and as text, what it does, and the words to send with it. */

import { button, row, WordedPart } from "../card.js";
import { Copier } from "../copying.js";
import { h, haIcon, subline } from "../dom.js";
import { formatsOf } from "../formats.js";
import { finenessOf } from "../sharing/fineness.js";
import { textsOf } from "../texts.js";
import { languageField, languageFor, linkBox, messageBox, messageOf } from "./message.js";
import { momentOf } from "./times.js";
import { warningOf } from "./warning.js";

/** Drawn for a card, which knows the words of the page. */
export class Link extends WordedPart {
  copier = new Copier(this.card, () => this.card.redraw());
  chosen = undefined;

  /** Return the language of the text. */
  get language() {
    return this.chosen ?? languageFor(this.card.language);
  }

  content(account, invitation) {
    const { card, words } = this;
    const another = button(words.another, "mdi:account-plus", () => card.show(undefined));
    return [
      h(
        "div.link-page",
        this.link(account, invitation),
        this.text(account, invitation),
        this.exchanged(invitation),
      ),
      h("p.above", another),
    ];
  }

  link(account, invitation) {
    const { card, words } = this;
    const { label, until, uses, gives_account: givesAccount } = invitation;
    const verified = h("span.verified", haIcon("mdi:shield-check"), words.key_in_link);
    return h(
      "ha-card.link-card",
      linkBox(this.copier, "link", invitation, words, {
        above: h("h2", { tabindex: "-1" }, words.link_for(label)),
        below: subline(words.careful),
      }),
      h(
        "div.rows.plain",
        row(words.expires, momentOf(card.formats, Date.parse(until))),
        row(words.works, words.uses(uses)),
        row(words.address, givesAccount ? words.made_at(account.server) : words.chosen),
        row(words.key, verified),
      ),
      !givesAccount && warningOf(words.no_address(account.server), words.no_address_next),
    );
  }

  text(account, invitation) {
    const { card, language, words } = this;
    const lines = this.lines(account, invitation);
    const choose = (chosen) => {
      this.chosen = chosen;
      this.copier.renew();
      card.redraw();
    };
    return h(
      "ha-card.text-card",
      h("div.header", h("h2", words.text), languageField(words.in_language, language, choose)),
      lines
        ? messageBox(this.copier, "text", lines, words, { link: invitation.link, lang: language })
        : card.loading(200),
    );
  }

  /** Return the lines of the text, or undefined while its language is fetched. */
  lines(account, invitation) {
    const { card, language } = this;
    const { hass } = card;
    const isOwn = language === languageFor(card.language);
    const text = isOwn ? card.text : card.needed(language, () => textsOf(language, "inviting"));
    if (!text) return undefined;
    const formats = isOwn
      ? card.formats
      : formatsOf({ locale: { ...hass.locale, language }, config: hass.config });
    const end = momentOf(formats, Date.parse(invitation.until));
    return messageOf(text, language, account, invitation, end);
  }

  exchanged({ offers, asks }) {
    const { words } = this;
    const item = ({ title, what, granularity }) =>
      h(
        "li",
        h("span.grow", title ?? words.asked[what]),
        finenessOf({ granularity: words.detail }, granularity),
      );
    const listed = (legend, all) =>
      h(
        "div",
        subline(legend),
        h("ul.exchanged.lined", all.length ? all.map(item) : h("li.none", words.nothing)),
      );
    return h(
      "ha-card.exchange-card",
      h("h2", words.exchanged),
      h("div.halves", listed(words.offer, offers), listed(words.ask, asks)),
      subline(`${words.accepting} ${words.operators}`),
    );
  }
}
