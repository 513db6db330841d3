/** What the cards of the year are told: asked when it is shown, and again as time passes. */

/** The part of a time that must be known to be compared with another. */
export const ENOUGH = 0.98;

const AGAIN_MS = 300_000;

/** Of each connection, what was asked and is not answered: cards that ask the same ask once. */
const asking = new WeakMap();

function ask(hass, message) {
  if (!asking.has(hass.connection)) asking.set(hass.connection, new Map());
  const under = asking.get(hass.connection);
  const key = JSON.stringify(message);
  if (!under.has(key)) {
    const answer = hass.callWS(message);
    under.set(key, answer);
    const forget = () => under.delete(key);
    answer.then(forget, forget);
  }
  return under.get(key);
}

export class Answers {
  /** Ask for a card; it is drawn anew when there is more to show. */
  constructor(card) {
    this.card = card;
    this.forget();
  }

  /** Ask for all anew. */
  forget() {
    Object.assign(this, { status: "loading", asked: "", of: "", found: undefined });
  }

  /** See to it that all of these messages are answered; return the answers once all are there. */
  want(...messages) {
    const { hass } = this.card;
    // What is added or taken away is another registry of entities.
    if (this.entities !== hass.entities)
      Object.assign(this, { entities: hass.entities, asked: "" });
    const of = JSON.stringify(messages);
    const asked = JSON.stringify([of, Math.floor(Date.now() / AGAIN_MS), hass.connected]);
    if (asked === this.asked) return this.found;
    this.asked = asked;
    const isSame = of === this.of && this.found;
    if (!isSame) Object.assign(this, { of, status: "loading", found: undefined });
    if (hass.connected) this.fetch(messages, asked);
    else if (isSame) this.status = "offline";
    return this.found;
  }

  async fetch(messages, asked) {
    const { hass } = this.card;
    const change = await Promise.all(messages.map((message) => ask(hass, message))).then(
      (found) => ({ found, status: "ready" }),
      (error) => ({ error, found: undefined, status: "error" }),
    );
    if (asked !== this.asked) return;
    Object.assign(this, change);
    this.card.redraw();
  }

  /** Return what is to be said besides what is known, or in its place. */
  said(height) {
    const { card, status, error, found } = this;
    const { text, hass } = card;
    if (status === "error") {
      return card.unread(
        text.year.not_read,
        () => {
          this.forget();
          card.redraw();
        },
        error.message,
      );
    }
    if (!hass.connected) return card.alert("warning", text.offline, found && text.offline_next);
    return found ? undefined : card.loading(height);
  }
}
