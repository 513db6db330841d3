/** The dialogues about the list of who is expected: the reminder to send, and who is whom. */

import { button } from "../card.js";
import { Copier } from "../copying.js";
import { chips, h, listOf } from "../dom.js";
import { labelled, ticked, turn, typed } from "../fields.js";
import { messageBox } from "../inviting/message.js";
import { opened } from "../sharing/dialogue.js";
import { nameOf } from "./absent.js";
import { sharesOf, written } from "./members.js";

/** Open the text that reminds those who have not come. */
export function reminderShown(card, collection) {
  const { words } = card;
  const { absent, title, account, link } = collection;
  const lines = words.remind_text(title, account, link).split("\n");
  const names = absent.map(nameOf);
  const content = () => [
    h("p", words.remind_help),
    messageBox(copier, "reminder", lines, words, { link }),
    h("h3", words.absent(absent.length)),
    h("p.scrolled", { id: "absent-names" }, names.join(", ")),
    chips(copier.content("absent-names", words.copy_names, () => names.join("\n"))),
  ];
  const copier = new Copier(card, () => shown.redraw());
  const shown = opened(card, words.remind_title, content);
}

/** Ask which member somebody of the list is. */
export function matchAsked(card, { members }, one) {
  const { words } = card;
  let number = "";
  let failed;
  const send = async (event) => {
    event.preventDefault();
    failed = await card.match(one, Number(number));
    if (failed) shown.redraw();
    else shown.close();
  };
  const content = () => {
    const member = members.find((each) => String(each.number) === number.replace(/^0+/, ""));
    const said = member
      ? words.match_found(written(member.number), member.name || words.no_name)
      : number.trim() && words.match_none;
    const take = (text) => {
      number = text.trim();
    };
    const look = { inputmode: "numeric", required: true, "aria-describedby": "match-said" };
    return [
      h("p", words.match_help),
      failed && card.alert("error", words.not_matched, failed),
      h(
        "form",
        { onsubmit: send, autocomplete: "off" },
        labelled(words.match_number, typed(number, take, look)),
        h("p.under", { id: "match-said", role: "status" }, said),
        h(
          "footer",
          button(words.match_yes, undefined, undefined, {
            type: "submit",
            class: "strong",
            disabled: !member || card.isBusy,
          }),
        ),
      ),
    ];
  };
  const shown = opened(card, words.match_title(nameOf(one)), content);
}

/** Ask whether these members are whom the list says, and have them told then. */
export function tellAsked(card, untold) {
  const words = card.words.shares_told;
  const chosen = new Set(untold.map(({ number }) => number));
  let failed;
  const tick = (number) => (isTicked) => turn(chosen, number, isTicked);
  const send = async () => {
    const told = untold.filter(({ number }) => chosen.has(number));
    const seen = Object.fromEntries(told.map(({ number, register }) => [number, register.seen]));
    failed = (await card.changed("tell_shares", { seen })).failed;
    if (failed) shown.redraw();
    else shown.close();
  };
  const one = ({ number, name, register: { row, holdings } }) =>
    h(
      "li",
      ticked(
        words.is(written(number), name, row, card.words.parts(sharesOf(holdings))),
        chosen.has(number),
        tick(number),
      ),
    );
  const content = () => [
    h("p", words.tell_help),
    failed && card.alert("error", words.not_told, failed),
    listOf("scrolled told-list", untold, one),
    h(
      "footer",
      card.deed(words.tell_yes(chosen.size), undefined, send, {
        class: "strong",
        isLacking: !chosen.size,
      }),
    ),
  ];
  const shown = opened(card, words.tell(untold.length), content);
}
