// What the page has to say about itself: results of actions, for eyes and for screen readers, and
// trouble that stays until it is over.

import { h, patch } from "./tree.js";

let trouble = null;
let result = null;

/// Says how an action went; it stays until it is dismissed or another view is shown.
export function announce(text, kind = "good") {
  result = { text, kind };
  show();
  // Emptied first, so that the same words are read out again.
  const region = document.getElementById("announcement");
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 50);
}

/// Forgets what the last action came to.
export function dismiss() {
  result = null;
  show();
}

/// Shows what keeps the page from being up to date; null once it is over.
export function setTrouble(text) {
  if (text === trouble) return;
  trouble = text;
  show();
}

function show() {
  patch(document.getElementById("notices"), [
    trouble && h("div", { key: "trouble", class: "notice bad", role: "alert" }, h("p", {}, trouble)),
    result && h("div", { key: "result", class: `notice ${result.kind}` },
      h("p", {}, result.text),
      h("button", { type: "button", class: "plain", onclick: dismiss }, "Dismiss")),
  ]);
}
