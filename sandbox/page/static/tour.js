// The guided tour: one step after the other, each left when it was done or skipped.

import { $, state } from "./api.js";

const steps = [...document.querySelectorAll("#tour > section")];
let here = Number(localStorage.getItem("tour") ?? 0);

function show() {
  localStorage.setItem("tour", here);
  if (!$("#tour")) return;
  $("#tour").hidden = here >= steps.length;
  steps.forEach((step, number) => { step.hidden = number !== here; });
}

function go(step) {
  here = step;
  show();
}

// What somebody did, as a kind and a word: the step that waits for it is over.
function onDid({ detail }) {
  const [kind, word = ""] = (steps[here]?.dataset.done ?? "").split(" ");
  if (kind && detail.kind === kind && detail.what.includes(word)) go(here + 1);
}

export function listen({ become, open, compose, send }) {
  document.addEventListener("did", onDid);
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-tour], #tour [data-user]");
    if (!button) return;
    const { tour, user, channel, types } = button.dataset;
    if (tour === "start") go(0);
    if (tour === "next") go(here + 1);
    if (tour === "end") go(steps.length);
    if (!user) return;
    if (state.user !== user) become(user);
    await open(channel);
    if (!types) return;
    compose(types);
    send();
  });
  show();
}
