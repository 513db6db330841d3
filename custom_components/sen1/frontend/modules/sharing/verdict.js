/** What a verification of the journal found, in words that a treasurer or a lawyer reads. */

import { callout } from "../card.js";
import { h, haIcon, subline } from "../dom.js";
import { inOne } from "../formats.js";
import { opened, wordsOf } from "./dialogue.js";
import { dayIn, verdictOf } from "./sentences.js";

const ICONS = { good: "mdi:shield-check", warning: "mdi:alert-circle", error: "mdi:alert" };

/** Have the journal of an account verified, and say what was found. */
export async function verify(card, entryId) {
  const words = await wordsOf(card);
  /** Null where it could not be verified. */
  let found;
  const dated = (time) => dayIn(time, card.formats);
  const line = (icon, text, kind) => h("li", haIcon(icon, { class: kind }), h("span", text));
  const withFriend = ({ friend, days }) => {
    const { known, equal, not_received: missing, differs, unconfirmed } = days;
    const text =
      equal === known
        ? words.alike_with(friend, known)
        : words.with_friend(friend, known, equal, missing, differs, unconfirmed);
    return differs ? line("mdi:alert-circle", text, "bad") : line("mdi:check-circle", text, "good");
  };
  const granted = ({ friend, ours, theirs }) => {
    const parts = [
      ours.granted > 0 && words.granted_to(ours.granted, ours.acknowledged),
      theirs.granted > 0 && words.granted_by(theirs.granted, theirs.acknowledged),
    ];
    return line("mdi:file-sign", `${words.signed_with(friend)} ${inOne(parts)}.`, "good");
  };
  const content = () => [
    found === null && card.alert("error", words.not_verified),
    found === undefined && [subline(words.verifying), card.loading(60)],
    found && verdict(),
  ];
  const verdict = () => {
    const told = verdictOf(found, card.text.trust, dated);
    // Without a day to compare, what was read is the journal alone.
    const isAlone = told.kind === "none";
    const { kind, title } = isAlone ? { kind: "good", title: words.intact } : told;
    return [
      callout(
        { look: kind, icon: ICONS[kind], role: "status" },
        title,
        words.verdict_counted(found.entries, card.formats.number(found.entries)),
      ),
      h(
        "ul.verdict.lined",
        found.lines.map(({ text }) => line("mdi:alert", text, "bad")),
        found.friends.filter(({ ours, theirs }) => ours.granted + theirs.granted > 0).map(granted),
        found.friends.filter(({ days }) => days.known > 0).map(withFriend),
        found.notes.map(({ text }) => line("mdi:information-outline", text)),
        found.unconfirmed_since &&
          line("mdi:timer-sand", words.unconfirmed_since(dated(found.unconfirmed_since))),
      ),
    ];
  };
  const shown = opened(card, words.verdict, content);
  const { hass, language } = card;
  const asked = { type: "sen1/verify_journal", entry_id: entryId, language };
  found = await hass.callWS(asked).catch(() => null);
  shown.redraw();
}
