// The box to type into: suggestions, history, sending.

import { $, asUser, did, fetchPiece, post, state } from "./api.js";

const past = JSON.parse(sessionStorage.getItem("past") || "[]");
let place = past.length;
let chosen = -1;
let asked = false;

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

// What is typed after the command; null while no command is being typed.
function afterCommand() {
  const text = $("#text").value;
  const { command } = document.body.dataset;
  if (text.startsWith(`${command} `)) return text.slice(command.length + 1);
  return text !== "" && command.startsWith(text) ? "" : null;
}

// The bot alone knows its verbs. It is asked once for each command that is begun, until it has answered.
async function learn() {
  asked = true;
  const known = $("#hint-data");
  if (known.content.children.length) return;
  known.innerHTML = (await fetchPiece("/page/hints")) ?? "";
  suggest();
}

// Verbs that begin with what is typed; and for a customer that stands there, the verbs that are about one.
function fits({ verb, arguments: more }, typed) {
  if (typed === "") return true;
  if (verb === typed) return false;
  return verb.startsWith(typed) || (isWho(typed) && verb !== "" && more.startsWith("<"));
}

const isWho = (typed) => /[@_]/.test(typed);

function suggest() {
  const typed = afterCommand();
  const list = $("#hints");
  list.replaceChildren();
  if (typed === null) asked = false;
  else if (!asked) learn();
  if (typed !== null && !typed.includes(" ")) {
    const known = [...$("#hint-data").content.cloneNode(true).children];
    list.append(...known.filter((hint) => fits(hint.dataset, typed)));
  }
  list.hidden = list.children.length === 0;
  chosen = -1;
}

function take(hint) {
  const { verb, arguments: more } = hint.dataset;
  const { command } = document.body.dataset;
  const typed = afterCommand() ?? "";
  const who = isWho(typed) ? typed : "";
  compose([command, verb, who].filter(Boolean).join(" ") + (more && !who ? " " : ""));
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
  did("typed", text);
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
