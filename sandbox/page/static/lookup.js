// Menus that load their options while somebody types.

import { asUser, post } from "./api.js";
import { press } from "./forms.js";

const PAUSE_MS = 150;
let waiting = null;

const parts = (lookup) => ({
  typed: lookup.querySelector("input"),
  found: lookup.querySelector(".found"),
  chosen: lookup.querySelector("select"),
});

function show(lookup, options) {
  const { typed, found } = parts(lookup);
  found.replaceChildren(...options.map((option) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("role", "option");
    button.value = option.value;
    button.textContent = option.text.text;
    if (option.description) {
      const about = document.createElement("small");
      about.textContent = option.description.text;
      button.append(about);
    }
    return button;
  }));
  if (!options.length) found.textContent = "No results";
  found.hidden = false;
  typed.setAttribute("aria-expanded", "true");
}

function hide(lookup) {
  const { typed, found } = parts(lookup);
  found.hidden = true;
  typed.setAttribute("aria-expanded", "false");
}

async function search(lookup) {
  const { typed, chosen } = parts(lookup);
  const value = typed.value.trim();
  if (value.length < Number(lookup.dataset.min)) return hide(lookup);
  const view = lookup.closest("[data-view]").dataset.view;
  const answer = await post("suggest", asUser({ view, block: chosen.dataset.block, value }));
  if (typed.value.trim() === value) show(lookup, answer.options ?? []);
}

function choose(lookup, button) {
  const { typed, chosen } = parts(lookup);
  chosen.replaceChildren(new Option(button.firstChild.textContent, button.value, true, true));
  typed.value = button.firstChild.textContent;
  hide(lookup);
  if ("dispatch" in lookup.dataset) press(chosen, [button.value]);
}

export function listen() {
  document.addEventListener("input", (event) => {
    const lookup = event.target.closest(".lookup");
    if (!lookup) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => search(lookup), PAUSE_MS);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".lookup [role=option]");
    if (button) choose(button.closest(".lookup"), button);
  });
}
