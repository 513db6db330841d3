/** A note to members: what is written, and where it arrives. */

import { button } from "../card.js";
import { h } from "../dom.js";
import { labelled } from "../fields.js";
import { opened } from "../sharing/dialogue.js";

const LONGEST_NOTE = 500;

/** Return how many characters a text has, as the members' homes count them. */
const lengthOf = (text) => [...text].length;

/**
 * Open the dialogue, of a `title`, which says `where` the text arrives, and what is `pressed`; the
 * text is sent with a command.
 */
export function noteAsked(card, { title, where, pressed }, command) {
  const words = card.text.organiser;
  let text = "";
  let failed;
  let isBusy = false;
  const submit = async () => {
    isBusy = true;
    shown.redraw();
    failed = await card.sent({ ...command, text: text.trim() });
    isBusy = false;
    if (failed) shown.redraw();
    else shown.close();
  };
  const content = () => {
    const left = LONGEST_NOTE - lengthOf(text);
    return [
      failed && card.alert("error", words.note_not_sent, failed),
      labelled(
        words.note_label,
        h(
          "textarea",
          {
            maxlength: LONGEST_NOTE,
            value: text,
            "aria-describedby": "note-left note-where",
            oninput: ({ target }) => {
              text = target.value;
            },
          },
          text,
        ),
      ),
      h("p.under", { id: "note-left" }, words.note_left(left)),
      h("p.under", { id: "note-where" }, where),
      h(
        "footer",
        button(pressed, undefined, submit, {
          class: "strong",
          disabled: !text.trim() || left < 0 || isBusy || !card.hass.connected,
        }),
      ),
    ];
  };
  const shown = opened(card, title, content);
}
