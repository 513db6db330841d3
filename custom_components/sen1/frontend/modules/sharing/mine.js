/** What a household takes along of an account, as files, and what it ends at once. */

import { csvOf } from "../csv.js";
import { confirmed } from "../dialog.js";
import { subline } from "../dom.js";
import { keep } from "../keeping.js";
import { answerRow, opened, wordsOf } from "./dialogue.js";
import { countIn, grantsOf } from "./groups.js";

const accountOf = (card, entryId) => card.known.accounts.find(({ entry_id: id }) => id === entryId);

/** Offer the files that there are: the journal, the proofs, the values of what is shared. */
export async function exportMine(card, entryId) {
  const words = await wordsOf(card);
  const { shares } = accountOf(card, entryId);
  let told;
  const save = (name, answered) => async () => {
    told = undefined;
    try {
      const [file, text, type] = await answered();
      keep(file, new Blob([text], { type }));
      told = card.alert("good", words.file_made(name));
    } catch {
      told = card.alert("error", card.text.trust.not_kept);
    }
    shown.redraw();
  };
  const signed = (type) => async () => {
    const { name, text } = await card.hass.callWS({ type: `sen1/${type}`, entry_id: entryId });
    return [name, text, "application/json"];
  };
  const values = (title, series) => async () => {
    const { response } = await card.hass.callWS({
      type: "call_service",
      domain: "sen1",
      service: "export_series",
      service_data: { series, format: "csv" },
      return_response: true,
    });
    const table = `\ufeff${csvOf(columnsOf(response.content), card.formats)}`;
    return [`${title}.csv`, table, "text/csv;charset=utf-8"];
  };
  const row = (icon, title, follows, answered) =>
    answerRow(icon, title, follows, save(title, answered), !card.hass.connected);
  const content = () => [
    subline(words.each_a_file),
    told,
    row("mdi:notebook-outline", words.journal, words.journal_next, signed("export_journal")),
    row("mdi:file-sign", card.text.trust.proofs, words.proofs_next, signed("consent_proof")),
    shares
      // A word is no value of a table.
      .filter(({ entity_id: id }) => card.hass.states[id]?.attributes.unit_of_measurement)
      .map(({ title, entity_id: entity }) =>
        row("mdi:table", title, words.values_next, values(title, entity)),
      ),
  ];
  const shown = opened(card, card.text.trust.export_mine, content);
}

/** Return a table of Home Assistant as columns, for a person who may write numbers in another way. */
function columnsOf(text) {
  const [heads, ...rows] = text
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const cell = (title, said) => (title === "value" ? Number(said) : said);
  return heads.map((title, i) => ({ title, values: rows.map((row) => cell(title, row[i])) }));
}

/** Where a whole account is removed: Home Assistant asks once more there. */
const ACCOUNTS = "/config/integrations/integration/sen1";

/** Offer to take back all that is shared, and to erase all that is held. */
export async function eraseMine(card, entryId) {
  const words = await wordsOf(card);
  const account = accountOf(card, entryId);
  const grants = grantsOf(account, card.hass.states).filter(({ state }) => state !== "ended");
  const friends = [...new Set(account.holds.map(({ friend_id: id }) => id))];
  const { sharing, trust } = card.text;
  const takeBack = async () => {
    shown.close();
    const isSure = await confirmed(card, {
      title: words.sure_take_back(grants.length),
      body: sharing.sure_body,
      yes: sharing.withdraw,
      no: sharing.keep,
    });
    if (isSure) await card.change(grants, "withdraw");
  };
  const erase = () => {
    shown.close();
    const several = friends.map((id) => ({ entry_id: entryId, friend_id: id }));
    card.held.erase(several, words.sure_erase_held(countIn(account.holds)));
  };
  const isOff = !card.hass.connected;
  const content = () => [
    answerRow(
      "mdi:share-off-outline",
      words.take_back,
      grants.length ? words.take_back_next(grants.length) : sharing.nothing_shared,
      takeBack,
      isOff || !grants.length,
    ),
    answerRow(
      "mdi:delete-outline",
      words.erase_held,
      friends.length
        ? words.erase_held_next(sharing.series_of(countIn(account.holds), friends.length))
        : sharing.nothing_held,
      erase,
      isOff || !friends.length,
    ),
    subline(words.whole_account, " ", card.link(ACCOUNTS, trust.settings)),
  ];
  const shown = opened(card, trust.erase_mine, content);
}
