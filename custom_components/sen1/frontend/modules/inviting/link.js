/** One link to give: as a square code and as text, what it does, and the words to send with it. */

import { button, Part, row } from "../card.js";
import { Copier } from "../copying.js";
import { h, haIcon, subline } from "../dom.js";
import { formatsOf } from "../formats.js";
import { finenessOf } from "../sharing/fineness.js";
import { textsOf } from "../texts.js";
import { languageField, languageFor, linkBox, messageBox, messageOf } from "./message.js";
import { momentOf } from "./times.js";
import { warningOf } from "./warning.js";

/** Drawn for a card, which knows the words of the page. */
export class Link extends Part {
  copier = new Copier(this.card, () => this.card.redraw());
  chosen = undefined;
  texts = new Map();

  /** Return the language of the text. */
  get language() {
    return this.chosen ?? languageFor(this.card.language);
  }

  /** Forget what was copied: another link is shown. */
  renew() {
    this.copier.renew();
  }

  content(account, invitation) {
    const { card } = this;
    const words = card.text.inviting;
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
    const { card } = this;
    const words = card.text.inviting;
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
    const { card, language } = this;
    const words = card.text.inviting;
    const lines = this.lines(account, invitation);
    const choose = (chosen) => {
      this.chosen = chosen;
      this.renew();
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
    const own = languageFor(card.language);
    const text = language === own ? card.text : this.texts.get(language);
    if (!text) {
      this.fetch(language);
      return undefined;
    }
    const { hass } = card;
    const formats =
      language === own
        ? card.formats
        : formatsOf({ locale: { ...hass.locale, language }, config: hass.config });
    const end = momentOf(formats, Date.parse(invitation.until));
    return messageOf(text, language, account, invitation, end);
  }

  async fetch(language) {
    this.texts.set(language, await textsOf(language, "inviting"));
    this.card.redraw();
  }

  exchanged({ offers, asks }) {
    const words = this.card.text.inviting;
    const fine = (granularity) => finenessOf({ granularity: words.detail }, granularity);
    const listed = (legend, rows) =>
      h(
        "div",
        subline(legend),
        h(
          "ul.exchanged",
          rows.map(([title, granularity]) => h("li", h("span.grow", title), fine(granularity))),
          rows.length === 0 && h("li.none", words.nothing),
        ),
      );
    return h(
      "ha-card.exchange-card",
      h("h2", words.exchanged),
      h(
        "div.halves",
        listed(
          words.offer,
          offers.map(({ title, granularity }) => [title, granularity]),
        ),
        listed(
          words.ask,
          asks.map(({ what, granularity }) => [words.asked[what], granularity]),
        ),
      ),
      subline(`${words.accepting} ${words.operators}`),
    );
  }
}
