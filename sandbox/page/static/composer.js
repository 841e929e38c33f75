// The box to type into: suggestions, history, sending.

import { $, asUser, post, state } from "./api.js";

const past = JSON.parse(sessionStorage.getItem("past") || "[]");
let place = past.length;
let chosen = -1;

export function compose(text) {
  const box = $("#text");
  box.value = text;
  grow();
  suggest();
  box.focus();
  box.setSelectionRange(text.length, text.length);
}

function grow() {
  const box = $("#text");
  box.rows = Math.min(8, box.value.split("\n").length);
  $("#send").disabled = box.value.trim() === "";
}

function suggest() {
  const text = $("#text").value;
  const { command } = document.body.dataset;
  const list = $("#hints");
  const typed = text.startsWith(`${command} `) ? text.slice(command.length + 1) : command.startsWith(text) && text !== "" ? "" : null;
  list.replaceChildren();
  if (typed !== null && !typed.includes(" ")) {
    for (const hint of [...$("#hint-data").content.cloneNode(true).children]) {
      if (hint.dataset.words.startsWith(typed) && hint.dataset.words !== typed || (typed === "" && hint.dataset.words === "")) list.append(hint);
    }
  }
  list.hidden = list.children.length === 0;
  chosen = -1;
}

function take(hint) {
  const { words, arguments: more } = hint.dataset;
  const { command } = document.body.dataset;
  compose(words === "" ? `${command} ${more}` : `${command} ${words}${more ? " " : ""}`);
  $("#hints").hidden = true;
}

function move(step) {
  const hints = [...$("#hints").children];
  chosen = (chosen + step + hints.length) % hints.length;
  hints.forEach((hint, number) => hint.setAttribute("aria-selected", String(number === chosen)));
  hints[chosen].scrollIntoView({ block: "nearest" });
}

function recall(step) {
  const next = place + step;
  if (next < 0 || next > past.length) return;
  place = next;
  compose(past[place] ?? "");
  $("#hints").hidden = true;
}

export async function send() {
  const box = $("#text");
  const text = box.value.trim();
  if (!text) return;
  past.push(text);
  place = past.length;
  sessionStorage.setItem("past", JSON.stringify(past.slice(-50)));
  box.value = "";
  grow();
  suggest();
  await post("type", asUser({ channel: state.channel, text }));
}

function onKey(event) {
  const box = $("#text");
  const hinting = !$("#hints").hidden;
  const up = event.key === "ArrowUp";
  const down = event.key === "ArrowDown";
  if (event.key === "Escape") $("#hints").hidden = true;
  else if ((up || down) && hinting) move(up ? -1 : 1);
  else if (up && (box.selectionStart === 0 || place < past.length || box.value === "")) recall(-1);
  else if (down && place < past.length) recall(1);
  else if (event.key === "Tab" && hinting && !event.shiftKey) take($("#hints").children[Math.max(chosen, 0)]);
  else if (event.key === "Enter" && hinting && chosen >= 0) take($("#hints").children[chosen]);
  else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send();
  else return;
  event.preventDefault();
}

export function listen() {
  const box = $("#text");
  box.addEventListener("input", () => { grow(); suggest(); });
  box.addEventListener("keydown", onKey);
  $("#send").addEventListener("click", send);
  $("#hints").addEventListener("click", (event) => {
    const hint = event.target.closest("[role=option]");
    if (hint) take(hint);
  });
  document.addEventListener("click", (event) => {
    const starter = event.target.closest("[data-compose]");
    if (starter) {
      compose(starter.dataset.compose);
      send();
    }
  });
  document.addEventListener("keydown", (event) => {
    const reply = event.target.closest(".thread-composer textarea");
    if (!reply || event.key !== "Enter" || event.shiftKey || !reply.value.trim()) return;
    event.preventDefault();
    post("type", asUser({ channel: state.thread.channel, text: reply.value.trim(), thread_ts: state.thread.ts }));
    reply.value = "";
  });
}
