// The right-hand side: customers, portal, mailbox, traffic, thread.

import { $, did, piece, post, state } from "./api.js";

export function showTab(name) {
  state.tab = name;
  for (const tab of document.querySelectorAll(".tabs [data-tab], .phone [data-tab]")) {
    tab.setAttribute("aria-selected", String(tab.dataset.tab === name));
  }
  for (const panel of document.querySelectorAll(".panel")) panel.hidden = panel.id !== `panel-${name}`;
  if (name === "mailbox") {
    $("#mail-count").hidden = true;
    $("#mail-count").textContent = "0";
  }
  if (["customers", "events", "mailbox", "traffic"].includes(name)) fill(name);
}

export async function fill(name) {
  const html = await piece(`/page/${name}`);
  if (html !== null) $(`#panel-${name}`).innerHTML = html;
}

export async function openMail(number) {
  const html = await piece(`/page/mail/${number}`);
  if (html === null) return;
  const panel = $("#panel-mailbox");
  panel.innerHTML = html;
  const frame = $(".mail-frame", panel);
  // The mail's own scripts cannot run (sandbox, CSP); this page may look inside to catch its links.
  frame?.addEventListener("load", () => {
    frame.contentDocument.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!link) return;
      event.preventDefault();
      openLink(link.href);
    });
  });
}

export function openLink(address) {
  const url = new URL(address, location.origin);
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return;
  const invoice = /^\/i\/[^/]+\/(in_\w+)$/.exec(url.pathname);
  if (url.hostname === "invoice.stripe.com" && invoice) {
    openPortal(`${location.origin}/p/invoice/${invoice[1]}`); // the sandbox's own invoices are hosted here
  } else if (url.origin === location.origin && url.pathname.startsWith("/p/")) {
    openPortal(url.href);
  } else {
    window.open(url.href, "_blank", "noopener,noreferrer");
  }
}

function openPortal(address) {
  showTab("portal");
  showPane("side");
  did("portal");
  const frame = $("#portal-frame");
  frame.hidden = false;
  $(".portal-bar").hidden = false;
  $("#portal-empty").hidden = true;
  frame.src = address;
}

function closePortal(words) {
  const frame = $("#portal-frame");
  frame.hidden = true;
  frame.removeAttribute("src");
  $(".portal-bar").hidden = true;
  const empty = $("#portal-empty");
  empty.hidden = false;
  if (words) {
    $("h3", empty).textContent = "The customer left the portal";
    $("p:not(.products)", empty).textContent = words;
  }
}

// A narrow screen shows one pane at a time; a wide one shows all and does not mind.
export function showPane(name) {
  document.body.dataset.pane = name;
  for (const button of document.querySelectorAll(".phone [data-pane]")) {
    button.toggleAttribute("aria-current", button.dataset.pane === name && (button.dataset.tab ?? state.tab) === state.tab);
  }
}

async function happen(button) {
  const { happen: kind, times, customer, dashboard: step } = button.dataset;
  const told = customer === undefined ? {} : { customer: $("#happen-to").value };
  button.classList.add("busy");
  const body = times ? { kind, times: Number(times) } : { kind, ...told };
  const answer = step ? await post("dashboard", { step }) : await post("happen", body);
  button.classList.remove("busy");
  $(".outcome").textContent = answer.error ?? `Done: ${$("b", button).textContent.toLowerCase()}.`;
}

export async function openThread(channel, ts) {
  state.thread = { channel, ts };
  $(".tabs [data-tab=thread]").hidden = false;
  await refreshThread();
  showTab("thread");
  showPane("side");
  $("#panel-thread textarea")?.focus();
}

export async function refreshThread() {
  const html = await piece(`/page/thread/${state.thread.channel}/${state.thread.ts}`);
  const panel = $("#panel-thread");
  if (html === null) return closeThread();
  const typed = $("textarea", panel)?.value ?? "";
  panel.innerHTML = html;
  $("textarea", panel).value = typed;
  $(".messages", panel).scrollTop = 1e9;
}

export function closeThread() {
  state.thread = null;
  $(".tabs [data-tab=thread]").hidden = true;
  if (state.tab === "thread") showTab("customers");
}

function onTabKey(event) {
  const tabs = [...event.currentTarget.querySelectorAll("[role=tab]:not([hidden])")];
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
  next.focus();
  showTab(next.dataset.tab);
}

export function listen(compose) {
  $(".tabs").addEventListener("keydown", onTabKey);
  $("#portal-close").addEventListener("click", () => closePortal());
  $("#portal-reload").addEventListener("click", () => $("#portal-frame").contentWindow.location.reload());
  $("#portal-frame").addEventListener("load", (event) => {
    const shown = event.target.contentWindow?.location;
    if (!shown || shown.href === "about:blank") return;
    $("#portal-address").textContent = shown.pathname;
    $("#portal-out").href = shown.href;
  });
  document.addEventListener("securitypolicyviolation", (event) => {
    if (event.effectiveDirective === "frame-src") closePortal(`They went back to ${event.blockedURI}, which is not part of the sandbox.`);
  });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "search") return;
    const wanted = event.target.value.toLowerCase();
    for (const item of document.querySelectorAll(".stories li")) item.hidden = !item.dataset.words.includes(wanted);
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { tab, pane, mail, composeWho, copy, fault, kind, post: name, part } = button.dataset;
    if (tab) showTab(tab);
    if (pane || tab) showPane(pane ?? "side");
    if (button.dataset.happen || button.dataset.dashboard) happen(button);
    if (mail) openMail(mail);
    if (composeWho) {
      showPane("main");
      compose(`${document.body.dataset.command} ${composeWho}`);
    }
    if (copy) copied(button, copy);
    if (name) await post(name);
    if (fault) await toggleFault(button, fault, kind);
    if (part) showPart(button, part);
  });
}

async function copied(button, text) {
  await navigator.clipboard.writeText(text);
  const before = button.textContent;
  button.textContent = "copied";
  setTimeout(() => { button.textContent = before; }, 1200);
}

async function toggleFault(button, target, kind) {
  if (button.getAttribute("aria-pressed") === "true") await post("faults/clear", { target, kind });
  else await post("faults", { target, kind, seconds: kind === "latency" ? 4 : 1 });
  if (state.tab === "events") await fill("events");
}

function showPart(button, part) {
  for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(other === button));
  for (const shown of document.querySelectorAll(".mail > [data-part]")) shown.hidden = shown.dataset.part !== part;
}

