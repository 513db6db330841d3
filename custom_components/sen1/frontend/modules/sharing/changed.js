/** A friend's key that is not the one we knew: what it may mean, and what one heard on the telephone. */

import { h } from "../dom.js";
import { Repair } from "../repair.js";
import { answerRow, opened } from "./dialogue.js";
import { markOf, sixOf } from "./marks.js";

/** The issue that asks for the answer. */
export const KEY_CHANGED = "key_changed";

/** What one may have heard, in the order in which it is offered, each with its icon. */
const ICONS = { same: "mdi:phone-check", other: "mdi:phone-cancel", later: "mdi:clock-outline" };

/** The options of the repair, by what was heard. */
const OPTIONS = { same: "same", other: "other" };

/** Return the friends of all accounts whose key has changed. */
export const changedIn = ({ accounts }) =>
  accounts.flatMap(({ entry_id: entryId, friends }) =>
    friends.filter(({ changed }) => changed).map((friend) => ({ ...friend, entry_id: entryId })),
  );

/**
 * Answer an issue in a dialogue over a card; `trust` is what `sen1/trust` told, and `onEnd` is called
 * once it is settled or left.
 */
export function answer(card, issue, localize, trust, onEnd) {
  const words = card.text.trust;
  const dated = (time, options) => card.formats.date(Date.parse(time), options);
  let shown;
  // The repair draws where a card would: this is the one it has.
  const place = {
    get hass() {
      return card.hass;
    },
    get frame() {
      return shown?.dialog ?? card.frame;
    },
    text: card.text,
    alert: card.alert,
    loading: card.loading,
    redraw: () => shown?.redraw(),
  };
  const repair = new Repair(place, issue, localize, () => shown.close());

  const friendOf = (step) => {
    const said = Object.values(step.description_placeholders ?? {});
    const all = changedIn(trust);
    return all.find(({ friend }) => said.includes(friend)) ?? (all.length === 1 && all[0]);
  };

  const box = (kind, title, under, numbers) =>
    h(
      "div",
      { class: `box ${kind === "stopped" ? "alarm" : ""}` },
      h(
        "h3",
        null,
        kind === "stopped"
          ? h("ha-icon", { icon: "mdi:alert-circle", class: "bad", "aria-hidden": "true" })
          : markOf(words, kind),
        title,
      ),
      h("p", { class: "under" }, under),
      sixOf(numbers),
    );

  const told = (friend) => {
    const { changed } = friend;
    const at = `${dated(changed.at, { day: "numeric", month: "short" })}, ${card.formats.time(Date.parse(changed.at))}`;
    const day = { day: "numeric", month: "short", year: "numeric" };
    const since = friend.since && dated(friend.since, day);
    return [
      h("h2", null, words.changed_of(friend.friend)),
      h("p", { class: "under" }, words.told_by(at)),
      h(
        "div",
        { class: "alert warning" },
        h("ha-icon", { icon: "mdi:pause-circle", "aria-hidden": "true" }),
        h("div", null, h("strong", null, words.stopped_both), h("p", null, words.stopped_next)),
      ),
      repair.failed && card.alert("error", card.text.repair.failed),
      h("p", null, words.like_a_signature(friend.friend)),
      why("mdi:home-import-outline", words.likely, words.reinstalled(friend.friend)),
      why("mdi:incognito", words.rarely, words.impostor(friend.friend)),
      h(
        "div",
        { class: "halves" },
        box(
          friend.changed.before_how === "seen" ? "seen" : "verified",
          words.before,
          (words.known_by[friend.changed.before_how] ?? words.known_by.seen)(since),
          friend.fingerprint,
        ),
        box("stopped", words.now, words.never_verified(at), changed.fingerprint),
      ),
      h(
        "div",
        { class: "alert call" },
        h("ha-icon", { icon: "mdi:phone", "aria-hidden": "true" }),
        h("div", null, h("strong", null, words.call(friend.friend)), " ", words.call_how),
      ),
    ];
  };

  const why = (icon, how, what) =>
    h(
      "div",
      { class: "why" },
      h("ha-icon", { icon, "aria-hidden": "true" }),
      h("div", null, h("strong", null, `${how}${card.text.colon}`), what),
    );

  /** Return the answers: those of the repair, with what follows from each. */
  const answers = (options) =>
    Object.keys(ICONS).map((kind) => {
      const [title, follows] = words.heard[kind];
      const option = OPTIONS[kind];
      const isOffered = options.includes(option);
      const say = isOffered ? () => repair.say({ next_step_id: option }) : () => shown.close();
      return answerRow(ICONS[kind], title, follows, say, repair.isBusy);
    });

  const content = () => {
    const { step } = repair;
    const friend = step && friendOf(step);
    if (step?.type !== "menu" || !friend) return repair.content();
    return [
      told(friend),
      answers(step.menu_options),
      h("p", { class: "under above" }, words.concerned(friend.shares, friend.holds)),
    ];
  };

  const title = localize(`component.sen1.issues.${KEY_CHANGED}.title`);
  shown = opened(card, title, content, () => {
    // Left without an answer: the flow that was begun is ended.
    repair.onEnd = () => undefined;
    repair.close();
    onEnd();
  });
  shown.dialog.addEventListener("value-changed", ({ detail }) => repair.fill(detail.value));
  repair.start();
}

/** Answer about a friend, `{friend}`, whose repair is sought among those that wait. */
export async function answerFor(card, friend, trust, onEnd) {
  const { hass } = card;
  const [{ issues }, localize] = await Promise.all([
    hass.callWS({ type: "repairs/list_issues" }),
    hass.loadBackendTranslation("issues", "sen1"),
    hass.loadBackendTranslation("selector", "sen1"),
  ]);
  const waiting = issues.filter(
    ({ domain, translation_key: key }) => domain === "sen1" && key === KEY_CHANGED,
  );
  const issue = waiting.length > 1 ? await aboutOf(hass, waiting, friend) : waiting[0];
  if (issue) answer(card, issue, localize, trust, onEnd);
  else card.follow(new Event("click"), "/config/repairs");
}

/** Return the issue that names a friend: whom each is about is told by its steps alone. */
async function aboutOf(hass, issues, { friend }) {
  for (const issue of issues) {
    const step = await hass.callApi("POST", "repairs/issues/fix", {
      handler: issue.domain,
      issue_id: issue.issue_id,
    });
    await hass.callApi("DELETE", `repairs/issues/fix/${step.flow_id}`);
    if (Object.values(step.description_placeholders ?? {}).includes(friend)) return issue;
  }
  return undefined;
}
