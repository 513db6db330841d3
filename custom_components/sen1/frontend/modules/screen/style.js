/** Shapes of the page of a screen, and what its cards have of Home Assistant elsewhere. */

import { light, sheetOf } from "../style.js";

export const pageSheet = sheetOf(`
  body {
    ${light}
    --unit: min(1vw, calc(100vh / 56.25));
    margin: 0;
    min-height: 100vh;
    display: flex;
    flex-direction: column;
    background: #fafafa;
    color: var(--text);
    font: max(14px, calc(1.5 * var(--unit)))/1.4 Roboto, sans-serif;
  }
  section { flex: 1; display: grid; align-items: center; }
  .slide { width: min(100vw, calc(90vh * 16 / 9)); margin: 0 auto; box-sizing: border-box; }
  .figures, .now { display: flex; justify-content: center; padding: 2vw; gap: 2vw; }
  .figures > div { flex: 1; zoom: 2.4; }
  .now > div { flex: 0 1 50%; zoom: 3; }
  footer {
    display: flex;
    justify-content: space-between;
    align-items: center;
    gap: 2vw;
    padding: 0 2.5vw 1.5vh;
    color: var(--soft);
  }
  ol { display: flex; gap: calc(1.1 * var(--unit)); margin: 0; padding: 0; list-style: none; }
  li {
    width: max(8px, var(--unit));
    aspect-ratio: 1;
    border-radius: 50%;
    background: var(--axis);
  }
  li.on { background: var(--accent); }
  main { margin: auto; padding: 5vw; max-width: 40em; text-align: center; }
  h1 { font-size: 2.4em; font-weight: 400; line-height: 1.2; margin: 0 0 0.6em; }
  @media (width < 900px) {
    .figures { flex-wrap: wrap; }
    .figures > div { zoom: 1; }
    .now > div { zoom: 1.6; }
  }
`);

export const cardSheet = sheetOf(`
  ha-card {
    display: block;
    background: #fff;
    border: 1px solid var(--grid);
    border-radius: 12px;
    overflow: hidden;
  }
  /* There is nothing to press, no icon, and the page itself says until when all is known. */
  button, ha-icon, .wall > .alert { display: none !important; }
`);
