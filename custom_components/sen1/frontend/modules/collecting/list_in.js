/** The list of who is expected, taken from a file or from pasted lines; refused rows are told one by one. */

import { button } from "../card.js";
import { h } from "../dom.js";
import { opened, titleOf } from "../sharing/dialogue.js";

/** Return the text of a file; spreadsheets also write that of an older alphabet. */
async function textOf(file) {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Open the dialogue; `take` sends the text and returns `{answer}` or `{failed}`. */
export function listAsked(card, take) {
  const words = card.text.collecting.organiser;
  let text = "";
  let failed;
  let answer;
  const send = async () => {
    if (!text.trim()) {
      failed = words.list_empty;
      shown.redraw();
      return;
    }
    const sending = take(text);
    shown.redraw();
    ({ answer, failed } = await sending);
    shown.redraw();
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
    h("p", null, words.list_help),
    failed && card.alert("error", words.list_not_taken, failed),
    h(
      "label",
      { class: "labelled" },
      h("span", null, words.list_file),
      h("input", { type: "file", accept: ".csv,.txt,text/csv,text/plain", onchange: choose }),
    ),
    h(
      "label",
      { class: "labelled" },
      h("span", null, words.list_paste),
      h("textarea", { rows: 6, spellcheck: "false", value: text, oninput: paste }, text),
    ),
    h(
      "footer",
      null,
      h("span", { class: "under" }),
      button(words.list_take, undefined, send, {
        class: "strong",
        disabled: card.isBusy || !card.hass.connected,
      }),
    ),
  ];
  const told = ({ rows, matched, refused, unknown = [] }) => [
    card.alert("good", words.list_done(rows, matched)),
    unknown.length > 0 && h("p", null, words.shares_told.unknown(unknown)),
    refused.length > 0 && [
      h("h3", null, words.list_refused(refused.length)),
      h(
        "ul",
        { class: "dots scrolled" },
        refused.map(({ row, reason }) =>
          h(
            "li",
            null,
            `${words.list_row(row)}${card.text.colon}${words.list_reasons[reason] ?? reason}`,
          ),
        ),
      ),
    ],
    h(
      "footer",
      null,
      h("span", { class: "under" }),
      button(words.close, undefined, () => shown.close(), { class: "strong" }),
    ),
  ];
  const content = () => [titleOf(words.list_title), answer ? told(answer) : form()];
  const shown = opened(card, words.list_title, content);
}
