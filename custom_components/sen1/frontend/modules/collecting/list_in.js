/** The list of who is expected, taken from a file or from pasted lines; refused rows are told one by one. */

import { button } from "../card.js";
import { h, listOf } from "../dom.js";
import { labelled } from "../fields.js";
import { opened } from "../sharing/dialogue.js";

/** Return the text of a file; spreadsheets also write that of an older alphabet. */
async function textOf(file) {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Open the dialogue: the list is read, shown, taken, and can be put back. */
export function listAsked(card) {
  const words = card.text.organiser;
  let text = "";
  let failed;
  /** What was read of the list, and what was taken of it. */
  let seen;
  let taken;
  const send = async (command) => {
    const sending = card.changed(command, { text });
    shown.redraw();
    const { answer, failed: reason } = await sending;
    failed = reason;
    return answer;
  };
  const read = async () => {
    if (text.trim()) seen = await send("preview_members");
    else failed = words.list_empty;
    shown.redraw();
  };
  const take = async () => {
    taken = await send("import_members");
    shown.redraw();
  };
  const back = () => {
    seen = failed = undefined;
    shown.redraw();
  };
  const undo = async () => {
    ({ failed } = await card.changed("restore_members"));
    if (failed) shown.redraw();
    else shown.close();
  };
  const choose = async ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    text = await textOf(file);
    failed = undefined;
    shown.redraw();
  };
  const paste = ({ target }) => {
    text = target.value;
  };
  const form = () => [
    h("p", words.list_help),
    failed && card.alert("error", words.list_not_taken, failed),
    labelled(
      words.list_file,
      h("input", { type: "file", accept: ".csv,.txt,text/csv,text/plain", onchange: choose }),
    ),
    labelled(
      words.list_paste,
      h("textarea", { rows: 6, spellcheck: "false", value: text, oninput: paste }, text),
    ),
    h("footer", card.deed(words.list_read, undefined, read, { class: "strong" })),
  ];
  const preview = ({ rows, matched, refused, unknown = [], before, lost }) => [
    failed && card.alert("error", words.list_not_taken, failed),
    h("p", words.list_seen(rows, matched)),
    before > 0 && h("p", words.list_replaces(before)),
    lost.length > 0 && card.alert("warning", words.list_lost(lost.join(", "))),
    unknown.length > 0 && h("p", words.shares_told.unknown(unknown.join(", "))),
    refused.length > 0 && [
      h("h3", words.list_refused(refused.length)),
      listOf("dots scrolled", refused, ({ row, reason }) =>
        h("li", `${words.list_row(row)}${card.text.colon}${words.list_reasons[reason] ?? reason}`),
      ),
    ],
    h(
      "footer",
      button(words.list_back, undefined, back, { disabled: card.isBusy }),
      card.deed(words.list_take, undefined, take, { class: "strong" }),
    ),
  ];
  const done = ({ rows, matched }) => [
    failed
      ? card.alert("error", words.list_not_undone, failed)
      : card.alert("good", words.list_done(rows, matched)),
    h(
      "footer",
      card.deed(words.list_undo, undefined, undo),
      button(words.close, undefined, () => shown.close(), { class: "strong" }),
    ),
  ];
  const step = () => {
    if (taken) return done(taken);
    return seen ? preview(seen) : form();
  };
  const shown = opened(card, words.list_title, step);
}
