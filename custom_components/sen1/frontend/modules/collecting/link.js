/** The link of a collection: as a square code, as text, with the words to send; and how it is changed. */

import { Copier } from "../copying.js";
import { confirmed } from "../dialog.js";
import { h, subline } from "../dom.js";
import { languageField, languageFor, linkBox, messageBox } from "../inviting/message.js";
import { opened } from "../sharing/dialogue.js";
import { lastDayOf } from "./times.js";

/** Open the dialogue, of the collection as the card knows it each time. */
export function linkShown(card) {
  const words = card.text.organiser;
  let language = languageFor(card.language);
  let failed;
  let isRenewed = false;
  const change = async () => {
    const isSure = await confirmed(card, {
      title: words.renew_sure,
      body: words.renew_body,
      yes: words.renew_yes,
      no: words.renew_no,
    });
    if (!isSure) return;
    ({ failed } = await card.changed("renew_collection_link"));
    isRenewed = !failed;
    copier.done = undefined;
    shown.redraw();
  };
  const choose = (chosen) => {
    language = chosen;
  };
  const content = () => {
    const { until, text } = card.collection;
    const day = card.formats.day(lastDayOf(until, card.formats.zone));
    return [
      h("p", words.invite_help(day)),
      failed && card.alert("error", words.not_renewed, failed),
      isRenewed && card.alert("good", words.renewed),
      linkBox(copier, "collection-link", card.collection, words),
      h(
        "div.header.beside",
        h("h3", words.text),
        languageField(words.in_language, language, choose),
      ),
      messageBox(copier, "collection-text", text[language].split("\n"), words, { lang: language }),
      h(
        "footer",
        subline(words.renew_help),
        card.deed(words.renew, "mdi:link-off", change, { class: "danger" }),
      ),
    ];
  };
  const copier = new Copier(card, () => shown.redraw());
  const shown = opened(card, words.invite_title(card.collection.title), content);
}
