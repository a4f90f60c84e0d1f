/**
 * Removes from HTML everything that could contact a server. The code that made the HTML may have read files, and even
 * the lookup of a host name could leak them. The frame and the page's policy refuse the rest.
 */

const CALLING =
  "script, link, meta, base, iframe, frame, object, embed, portal, form, noscript, template, animate, set";
const ADDRESSES = new Set([
  "action",
  "background",
  "data",
  "formaction",
  "href",
  "ping",
  "poster",
  "src",
  "xlink:href",
]);

export function harmless(html: string): string {
  const page = new window.DOMParser().parseFromString(html, "text/html");
  for (const element of page.querySelectorAll(CALLING)) element.remove();
  for (const element of page.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) if (calls(name, value)) element.removeAttribute(name);
  }
  // eslint-disable-next-line no-restricted-properties -- it is read, for a frame without rights
  return page.documentElement.outerHTML;
}

function calls(name: string, value: string): boolean {
  if (name.startsWith("on") || name === "srcset") return true;
  return ADDRESSES.has(name) && !/^(#|data:)/i.test(value.trim());
}
