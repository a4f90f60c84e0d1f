import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { openPage } from "../testPage";
import { harmless } from "./harmless";
import { renderLoaded } from "./loaded";

const path = { output: "model" };

describe("a value in Python", () => {
  before(() => {
    openPage();
  });

  it("has its picture, and its HTML in a frame without rights", () => {
    const picture = { mime: "image/png", data: "iVBORw0KGgo=", width: 2, height: 1 };
    const value = { type: "Model", html: "<b>bold</b><script>alert(1)</script>", picture };
    const view = renderLoaded({ title: "model", path, value });
    const frame = view.querySelector("iframe");
    assert.equal(frame?.getAttribute("sandbox"), "");
    assert.equal(frame.srcdoc, "<html><head></head><body><b>bold</b></body></html>");
    assert.equal(view.querySelector("img")?.alt, "model in Python");
  });

  const calling = [
    `<link rel="dns-prefetch" href="//secret.example.com">`,
    `<meta http-equiv="refresh" content="0;url=https://example.com/secret">`,
    `<base href="https://example.com/">`,
    `<img src="https://example.com/secret">`,
    `<img srcset="https://example.com/secret 2x">`,
    `<a href="https://example.com/secret" ping="https://example.com">x</a>`,
    `<form action="https://example.com/secret"><button formaction="https://example.com">x</button></form>`,
    `<svg><image href="https://example.com/secret" xlink:href="https://example.com"/></svg>`,
    `<svg><a><set attributeName="href" to="https://example.com"/><animate values="https://example.com"/></a></svg>`,
    `<object data="https://example.com"></object><embed src="https://example.com"><iframe src="https://example.com">`,
    `<video poster="https://example.com"><source src="https://example.com"></video>`,
    `<b onclick="fetch('https://example.com')">x</b>`,
    `<table background=" https://example.com/secret"><tr><td>1</td></tr></table>`,
  ];
  for (const html of calling) {
    it(`calls nobody: ${html}`, () => {
      assert.doesNotMatch(harmless(html), /example\.com/);
    });
  }

  it("keeps what is drawn without calling anybody", () => {
    const html = `<style>b { color: red }</style><img src="data:image/png;base64,x"><a href="#top">top</a>`;
    assert.equal(
      harmless(html),
      `<html><head><style>b { color: red }</style></head><body>${html.slice(html.indexOf("<img"))}</body></html>`,
    );
  });
});
