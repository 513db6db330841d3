/** Home Assistant's own form: how it is had, and what it takes. */

/** Have Home Assistant's own form, which comes with the editor of a card that it always has. */
export async function loadForm() {
  if (customElements.get("ha-form")) return;
  await window.loadCardHelpers();
  await customElements.get("hui-button-card").getConfigElement();
}

/** Return a choice among some, each `[value, label]`, as such a form takes it. */
export const choiceOf = (all, more) => ({
  select: { mode: "dropdown", options: all.map(([value, label]) => ({ value, label })), ...more },
});
