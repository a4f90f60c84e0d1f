/** Marks the matches of a search in a text. */
import { h } from "./dom";

/** Split a text into parts. A part that matches is a mark. Upper and lower case are equal. */
export function marked(text: string, wanted: string, most = Infinity): (string | HTMLElement)[] {
  const parts: (string | HTMLElement)[] = [];
  let end = 0;
  for (const start of matches(text, wanted, most)) {
    parts.push(text.slice(end, start), h("mark", {}, text.slice(start, start + wanted.length)));
    end = start + wanted.length;
  }
  return [...parts, text.slice(end)];
}

/** The positions of the matches. A text that is longer in lower case, such as one with `İ`, has none. */
function matches(text: string, wanted: string, most: number): number[] {
  const [where, what] = [text.toLowerCase(), wanted.toLowerCase()];
  const places: number[] = [];
  if (!what || where.length !== text.length) return places;
  for (let at = where.indexOf(what); at >= 0 && places.length < most; at = where.indexOf(what, at + what.length)) {
    places.push(at);
  }
  return places;
}
