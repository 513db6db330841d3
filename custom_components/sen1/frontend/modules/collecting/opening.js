/** The field for an invitation, a family's or of a collection: what it is is said before anything is asked. */

import { Part } from "../card.js";
import { h, haIcon, subline } from "../dom.js";
import { field, selectOf, typed } from "../fields.js";
import { momentOf } from "../inviting/times.js";
import { openForm } from "../opener.js";

const LONGEST_LINK = 4000;
const STAMP = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z$/;

/**
 * Return what a text with the link of a collection says, `{name, title, until}`, or undefined of any
 * other. That it is whole is for who opens it to say.
 */
export function linkOf(text) {
  try {
    const plain = /xmpp%3a/i.test(text) ? decodeURIComponent(text) : text;
    const [, query] = /xmpp:[^\s?]+\?collect;(\S+)/i.exec(plain) ?? [];
    if (!query) return undefined;
    const said = Object.fromEntries(
      query.split(";").map((pair) => {
        const [key, value = ""] = pair.split("=");
        return [key, decodeURIComponent(value)];
      }),
    );
    const until = Date.parse((said.until ?? "").replace(STAMP, "$1-$2-$3T$4:$5:00Z"));
    return { name: said.name || "–", title: said.title || "–", until };
  } catch {
    // Not escaped as a link is.
    return undefined;
  }
}

/** Drawn for a card, which opens the link with `open`. */
export class Opening extends Part {
  link = "";
  account = undefined;

  content(accounts, isFirst) {
    const { card, link } = this;
    const words = card.text.member;
    const said = linkOf(link);
    const isOver = said && said.until <= Date.now();
    const entryId = accounts.some(({ entry_id: id }) => id === this.account)
      ? this.account
      : accounts[0].entry_id;
    const submit = (event) => {
      event.preventDefault();
      const jid = link.trim();
      if (said) card.open(entryId, jid);
      // Whose a family's is, and what they may receive, is asked by the form of a friend.
      else
        openForm(card, { entry: entryId, subentry: "friend", steps: ["address"], data: { jid } });
    };
    return h(
      "ha-card.sheet-card.paste",
      h(
        "form",
        { onsubmit: submit, autocomplete: "off" },
        h("h2", { tabindex: "-1" }, isFirst ? words.no_offer : words.another),
        subline(words.no_offer_next),
        accounts.length > 1 && this.accountField(accounts, entryId),
        field(
          words.link,
          typed(link, (text) => this.set({ link: text }), {
            name: "link",
            required: true,
            maxlength: LONGEST_LINK,
            "aria-describedby": "link-help",
            spellcheck: "false",
          }),
          this.recognised(said, isOver),
        ),
        card.deed(words.open, undefined, undefined, {
          type: "submit",
          class: "button strong",
          isLacking: isOver,
        }),
      ),
    );
  }

  recognised(said, isOver) {
    const { card } = this;
    const words = card.text.member;
    const help = { id: "link-help", role: "status" };
    if (!said) {
      const isLink = /xmpp:[^\s?]+\?/i.test(this.link);
      return h("p", { ...help, class: "under" }, isLink ? words.of_family : words.link_help);
    }
    const end = momentOf(card.formats, said.until);
    if (isOver) return h("p", { ...help, class: "under wrong" }, words.ended_link(end));
    return h(
      "p",
      { ...help, class: "under right" },
      haIcon("mdi:check"),
      h("span", words.recognised(said.name, said.title)),
    );
  }

  accountField(accounts, chosen) {
    const words = this.card.text.member;
    const choose = (account) => this.set({ account });
    const all = accounts.map(({ entry_id: id, title }) => [id, title]);
    return field(words.with_account, selectOf(all, chosen, choose));
  }
}
