// Reads what is filled in, and sends presses and choices.

import { $, asUser, post } from "./api.js";
import { openLink } from "./panels.js";

function valuesOf(control) {
  if (control.matches("fieldset")) return [...control.querySelectorAll("input:checked")].map((input) => input.value);
  if (control.matches("select[multiple]")) return [...control.selectedOptions].map((option) => option.value);
  return control.value === "" || control.value === undefined ? [] : [control.value];
}

const controls = (root) => [...root.querySelectorAll("[data-control]:not([data-control=button]):not([data-control=overflow])")];

export function collect(root) {
  const filled = {};
  for (const control of controls(root)) {
    (filled[control.dataset.block] ??= {})[control.dataset.action] = valuesOf(control);
  }
  return filled;
}

export function restore(root, filled) {
  for (const control of controls(root)) {
    const values = filled[control.dataset.block]?.[control.dataset.action];
    if (!values) continue;
    if (control.matches("fieldset")) {
      for (const input of control.querySelectorAll("input")) input.checked = values.includes(input.value);
    } else if (control.matches("select[multiple]")) {
      for (const option of control.options) option.selected = values.includes(option.value);
    } else {
      control.value = values[0] ?? "";
    }
  }
}

function confirmed(element) {
  const words = element.dataset;
  if (!words.confirmTitle) return Promise.resolve(true);
  const dialog = $("#confirm");
  const [no, yes] = dialog.querySelectorAll("button");
  $("h2", dialog).textContent = words.confirmTitle;
  $("p", dialog).textContent = words.confirmText;
  no.textContent = words.confirmNo;
  yes.textContent = words.confirmYes;
  yes.classList.toggle("danger", words.confirmStyle === "danger");
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

export async function press(element, values = [], url = element.dataset.url) {
  if (!(await confirmed(element))) return;
  const root = element.closest("[data-ts], [data-view]");
  if (!root) return;
  if (url) openLink(url);
  const place = root.dataset.view ? { view: root.dataset.view } : { channel: root.dataset.channel, ts: root.dataset.ts };
  element.classList.add("busy");
  await post("click", asUser({ block: element.dataset.block, action: element.dataset.action, values, state: collect(root), ...place }));
  element.classList.remove("busy");
}

export function listen() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-control=button]");
    if (button) press(button, []);
    const item = event.target.closest(".overflow [role=menuitem]");
    if (item) {
      const menu = item.closest(".overflow");
      menu.open = false;
      press(menu, [item.value], item.dataset.url);
    }
    for (const menu of document.querySelectorAll(".overflow[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("change", (event) => {
    const control = event.target.closest("[data-control]");
    if (!control || control.closest(".block.input") || control.dataset.control === "overflow") return;
    press(control, valuesOf(control));
  });
}
