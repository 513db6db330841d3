/** What a challenge is, where it is asked to be agreed to: by its invitation, and when it changed. */

import { row } from "../card.js";
import { energiesOf, ruleOf } from "../challenge/board.js";
import { periodRead } from "../challenge/scores.js";
import { ruleSheet } from "../challenge/style.js";
import { h } from "../dom.js";
import { wear } from "../style.js";
import { textsOf } from "../texts.js";

/** Return `{words, terms}` of a challenge, with its shapes, which no other collection needs. */
export async function challengeOf(card) {
  const text = await textsOf(card.language, "challenge");
  const words = text.challenge.join;
  wear(card, ruleSheet);
  /** Return the rule, the days and the energies. */
  const terms = ({ rule, action, reference, energies }) => [
    ruleOf(text, rule),
    h(
      "div.rows.terms",
      row(words.periods, periodRead(card.formats, action)),
      row(words.reference, periodRead(card.formats, reference)),
      row(words.energies, energiesOf(energies, text)),
    ),
  ];
  return { words, terms };
}
