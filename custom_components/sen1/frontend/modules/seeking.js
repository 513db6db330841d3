/** What is found by words, in any order, with or without accents and capitals. */

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Return whether a text has all of some words, as a function of the text. */
export function hasAll(words) {
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  return (text) => {
    const said = plain(text);
    return wanted.every((word) => said.includes(word));
  };
}
