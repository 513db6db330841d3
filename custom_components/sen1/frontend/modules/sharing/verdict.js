/** What a verification of the journal found, in words that a treasurer or a lawyer reads. */

import { h } from "../dom.js";
import { opened, titleOf, wordsOf } from "./dialogue.js";
import { verdictOf } from "./sentences.js";

const ICONS = { good: "mdi:shield-check", warning: "mdi:alert-circle", error: "mdi:alert" };

/** Have the journal of an account verified, and say what was found. */
export async function verify(card, entryId) {
  const words = await wordsOf(card);
  let found;
  let failed = false;
  const dated = (time) =>
    card.formats.date(Date.parse(time), { day: "numeric", month: "long", year: "numeric" });
  const line = (icon, text, kind) =>
    h(
      "li",
      null,
      h("ha-icon", { icon, class: kind, "aria-hidden": "true" }),
      h("span", null, text),
    );
  const withFriend = ({ friend, days: { known, equal, not_received: missing, differs } }) =>
    line(
      differs ? "mdi:alert-circle" : "mdi:check-circle",
      missing + differs
        ? words.with_friend(friend, known, equal, missing, differs)
        : words.alike_with(friend, known),
      differs ? "bad" : "good",
    );
  const content = () => [
    titleOf(words.verdict),
    failed && card.alert("error", words.not_verified),
    !found && !failed && [h("p", { class: "under" }, words.verifying), card.loading(60)],
    found && verdict(),
  ];
  const verdict = () => {
    const { kind, title } = verdictOf(found, card.text.trust, dated);
    return [
      h(
        "div",
        { class: `alert ${kind}`, role: "status" },
        h("ha-icon", { icon: ICONS[kind] ?? "mdi:timer-sand", "aria-hidden": "true" }),
        h(
          "div",
          null,
          h("strong", null, title),
          h("p", null, words.verdict_counted(found.entries, card.formats.number(found.entries))),
        ),
      ),
      h(
        "ul",
        { class: "verdict" },
        found.lines.map((one) =>
          line("mdi:alert", words.found[one.kind]?.(one) ?? one.text, "bad"),
        ),
        found.friends.filter(({ days }) => days.known > 0).map(withFriend),
        found.unconfirmed_since &&
          line("mdi:timer-sand", words.unconfirmed_since(dated(found.unconfirmed_since))),
      ),
    ];
  };
  const shown = opened(card, words.verdict, content);
  try {
    found = await card.hass.callWS({ type: "sen1/verify_journal", entry_id: entryId });
  } catch {
    failed = true;
  }
  shown.redraw();
}
