/** The certificate of a challenge: one page of A4 across, to print; it says what the board says. */

import { h, s } from "../dom.js";
import { energiesOf } from "./board.js";
import { numberOf } from "./homes.js";
import { homesOf, isTold, kindOf, periodRead } from "./scores.js";

/** A flag with squares, as the tab has it. */
const FLAG =
  "M14.4,6H20V16H13L12,14H7V21H5V4H14L14.4,6M14,14H16V12H18V10H16V8H14V10L13,8V6H11V8H9V6H7V8H9V10H7V12H9V10H11V12H13V10L14,12V14M11,10V8H13V10H11M14,10H16V12H14V10Z";

const RULES = `
  @page { size: A4 landscape; margin: 0; }
  * { box-sizing: border-box; }
  html { background: #e4e4e4; }
  body { margin: 0; font: 16px/1.4 Roboto, "Noto Sans", sans-serif; color: #141414; }
  main {
    width: 297mm;
    height: 209.5mm;
    margin: 0 auto;
    padding: 9mm;
    background: #fff;
    print-color-adjust: exact;
    -webkit-print-color-adjust: exact;
  }
  .edge {
    height: 100%;
    border: 1mm solid #00708f;
    outline: .4mm solid #00708f;
    outline-offset: -2.4mm;
    padding: 12mm 18mm 9mm;
    display: flex;
    flex-direction: column;
    align-items: center;
    text-align: center;
    overflow-wrap: anywhere;
  }
  svg { width: 17mm; height: 17mm; fill: #00708f; flex: none; }
  p { margin: 0; }
  h1 { font-size: 40px; font-weight: 400; margin: 1mm 0 0; line-height: 1.15; }
  .word { letter-spacing: .12em; text-transform: uppercase; color: #00708f; font-size: 18px; }
  .for { color: #5e5e5e; font-size: 18px; margin-top: 6mm; }
  h2 { font-size: 52px; font-weight: 500; margin: 0; line-height: 1.15; }
  .place { font-size: 28px; margin-top: 1mm; }
  sup { font-size: 60%; line-height: 0; }
  .saved { font-size: 24px; margin-top: 3mm; }
  .saved strong { font-weight: 500; color: #2e7d32; }
  .saved.more strong { color: #141414; }
  .rule, .declared { color: #5e5e5e; }
  .home { margin-top: 6mm; font-size: 20px; }
  .rest { flex: 1; }
  footer { width: 100%; display: flex; justify-content: space-between; gap: 10mm; font-size: 16px; border-top: .3mm solid #bdbdbd; padding-top: 4mm; }
  footer div { flex: 1; text-align: start; }
  footer div + div { text-align: end; }
  footer span { display: block; color: #5e5e5e; font-size: 14px; }
  nav { display: flex; gap: 16px; justify-content: center; align-items: center; padding: 16px; color: #5e5e5e; }
  nav button { font: inherit; min-height: 40px; padding: 0 20px; border: 0; border-radius: 20px; background: #00708f; color: #fff; cursor: pointer; }
  @media print { html { background: none; } nav { display: none; } }
`;

/** Return the certificate of who took part in a challenge that is over, as a document of its own. */
export function certificateOf(text, formats, challenge, language) {
  const words = text.challenge.paper;
  const { title, organiser, action, mine, board, teams, rule, energies } = challenge;
  const team = board?.teams[mine.team];
  const own = board && homesOf(board, mine.team).find(({ number }) => number === mine.number);
  const made = document.implementation.createHTMLDocument(`${words.diploma}, ${title}`);
  made.documentElement.lang = language;
  made.head.append(
    h("meta", { name: "viewport", content: "width=device-width" }),
    h("style", RULES),
  );
  made.body.append(
    h("nav", h("button", { type: "button", onclick: "print()" }, words.print), words.hint),
    h(
      "main",
      h(
        "div.edge",
        s("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { d: FLAG })),
        h("p.word", words.diploma),
        h("h1", title),
        teams[mine.team] !== undefined && ofTeam(text, formats, challenge, team),
        h(
          "p.home",
          own?.name || words.home(numberOf(text.challenge, mine.number)),
          isTold(mine) &&
            ` · ${saving(text, formats, mine.value, energies)} ${words.of_rule[kindOf(rule)]}`,
        ),
        isTold(mine) && h("p.declared", words.declared),
        h("div.rest"),
        h(
          "footer",
          h("div", h("span", words.from_to), periodRead(formats, action)),
          h("div", h("span", words.organised), organiser),
        ),
      ),
    ),
  );
  return made;
}

const saving = (text, formats, value, energies) => {
  const { lost, saved } = text.challenge.paper;
  const percent = formats.percent(Math.abs(value), 1);
  const ofThem = energiesOf(energies, text, "of_energy");
  return value < 0 ? lost(percent, energiesOf(energies, text), ofThem) : saved(percent, ofThem);
};

/** Return what is said of the team: its place and what it saved, where that is told. */
function ofTeam(text, formats, { mine, board, teams, energies }, team) {
  const words = text.challenge.paper;
  const name = [h("p.for", words.for), h("h2", teams[mine.team])];
  if (!team || !isTold(team)) return [name, h("p.saved", words.took_part)];
  const ranked = board.teams.filter(({ rank }) => rank);
  const isTied = ranked.filter(({ rank }) => rank === team.rank).length > 1;
  return [
    name,
    team.rank &&
      h(
        "p.place",
        team.rank,
        h("sup", words.suffix(team.rank)),
        ` ${words.out_of(ranked.length)}`,
        isTied && `, ${words.tied}`,
      ),
    h(
      "p",
      { class: team.value < 0 ? "saved more" : "saved" },
      h("strong", saving(text, formats, team.value, energies)),
    ),
  ];
}
