/** Shapes of fields and boxes to tick, for the sheets of pages that have some. */

export const RULES = `
  input[type="checkbox"], input[type="radio"] {
    width: 18px;
    height: 18px;
    min-height: 0;
    margin: 0;
    padding: 0;
    flex: none;
    accent-color: var(--accent);
  }
  .ticked {
    display: flex;
    gap: 12px;
    align-items: center;
    min-height: 40px;
    min-width: 0;
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  .field { flex: 1 1 200px; min-width: 0; }
  .field:has(input) { flex: 3 1 300px; }
  .field label {
    display: block;
    background: var(--pale-back);
    border-radius: 4px 4px 0 0;
    border-bottom: 1px solid var(--axis);
    padding: 8px 12px 4px;
  }
  .field label:focus-within { border-bottom: 2px solid var(--accent); padding-bottom: 3px; }
  .field label > span { display: block; color: var(--soft); font-size: 12px; }
  .field input, .field select {
    width: 100%;
    box-sizing: border-box;
    font-size: 16px;
    background: none;
    border: 0;
    border-radius: 0;
    min-height: 28px;
    padding: 0;
  }
  .field select { margin-inline-start: -4px; width: calc(100% + 4px); max-width: none; }
  .field option { background: var(--back); color: var(--text); }
  .field .under { margin: 4px 12px 0; }
  .frame.dark .field input { color-scheme: dark; }`;
