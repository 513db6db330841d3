/** The text that goes with a link: three steps in plain words, in the language that was chosen. */

import { button } from "../card.js";
import { chips, h } from "../dom.js";
import { selectOf } from "../fields.js";
import { calledOf } from "../installation.js";
import { qrOf } from "./qr.js";

/** The languages that it can be in, each by its own name. */
const LANGUAGES = { en: "English", fr: "français" };

/** Return a link to give, as a square code and as text, with what stands `above` the text and `below`. */
export const linkBox = (copier, id, { link, qr }, words, { above, below } = {}) =>
  h(
    "div.both",
    qr.length > 0 && qrOf(qr, words.qr),
    h(
      "div.grow",
      above,
      h("p.address", { id }, link),
      chips(copier.content(id, words.copy_link, () => link)),
      below,
    ),
  );

/** Return the lines of a text as they are read, copied and sent; the one that is the link stands out. */
export function messageBox(copier, id, lines, words, { link, lang }) {
  const text = lines.join("\n");
  const send = () => navigator.share({ text }).catch(() => undefined);
  return [
    h(
      "div.message",
      { id, lang },
      lines.map((line) => h("p", { class: line === link && "address" }, line)),
    ),
    chips(
      copier.content(id, words.copy_text, () => text),
      navigator.share && button(words.send, "mdi:send", send),
    ),
  ];
}

/** Return the list of the languages, to choose one of them. */
export function languageField(label, chosen, choose) {
  const all = Object.entries(LANGUAGES).map(([lang, name]) => [lang, name, { lang }]);
  return selectOf(all, chosen, choose, { "aria-label": label });
}

/** Return the language that a text is in unless another is chosen. */
export const languageFor = (language) => (language.startsWith("fr") ? "fr" : "en");

/**
 * Return the lines of the text; one is the link alone. `text` is in the language, `end` is when
 * the link ends, as it is read in it.
 */
export function messageOf(text, language, { name, server }, invitation, end) {
  const words = text.inviting;
  const { message } = words;
  const { link, uses, offers, asks, gives_account: givesAccount } = invitation;
  const inDetail = (name, { granularity }) => `${name} (${words.detail[granularity]})`;
  const titled = ({ title, called }) => calledOf(text, { called, friendly_name: title }).name;
  const offered = offers.map((offer) => inDetail(titled(offer), offer));
  const wishes = asks.map((ask) => inDetail(words.your[ask.what], ask));
  const listed = (parts) => new Intl.ListFormat(language).format(parts);
  return [
    message.hello,
    message.why,
    message.install,
    message.paste,
    link,
    givesAccount ? message.name : message.name_and_server,
    givesAccount ? message.gives_address(server) : message.gives_friend,
    offered.length > 0 && message.offer(listed(offered)),
    wishes.length > 0 && message.ask(listed(wishes)),
    message.choose,
    message.until(uses, end),
    message.bye(name),
  ].filter(Boolean);
}
