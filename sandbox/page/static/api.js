// Talks to the sandbox's own server, and keeps who is looking.

export const state = { user: localStorage.getItem("user") || "U0ALEX", channel: "C0SUPPORT", thread: null, tab: "customers" };

export const $ = (selector, root = document) => root.querySelector(selector);

let last = Promise.resolve();

// One after another: an answer that overtook another would put an older state over a newer one.
export function piece(path) {
  const asked = last.then(() => fetchPiece(path));
  last = asked.catch(() => null);
  return asked;
}

// At once, whatever else is under way: for what may be slow and is put over nothing.
export async function fetchPiece(path) {
  const url = new URL(path, location.origin);
  url.searchParams.set("as", state.user);
  const response = await fetch(url);
  return response.ok ? response.text() : null;
}

export function node(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

export async function post(name, body = {}) {
  const response = await fetch(`/sandbox/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return response.json();
}

// Tells the guided tour what was just done.
export const did = (kind, what = "") => document.dispatchEvent(new CustomEvent("did", { detail: { kind, what } }));

export const asUser = (body) => ({ user: state.user, ...body });
