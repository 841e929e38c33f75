// The page: navigation, messages as they come, modals.

import { $, asUser, did, node, piece, post, state } from "./api.js";
import * as composer from "./composer.js";
import * as forms from "./forms.js";
import * as lookup from "./lookup.js";
import * as panels from "./panels.js";
import * as tour from "./tour.js";

const main = $("#main");
const modal = $("#modal");
const directMessages = () => $("#user").selectedOptions[0].dataset.im;
const shown = (selector) => [...document.querySelectorAll(selector)];

async function openChannel(channel) {
  state.channel = channel;
  const html = await piece(`/page/channel/${channel}`);
  if (html === null || state.channel !== channel) return;
  main.innerHTML = html;
  $("#composer").hidden = false;
  $("#text").placeholder = `Message ${$(".bar h1", main).textContent}`;
  mark(channel === directMessages() ? "home" : channel);
  toBottom();
}

async function openHome() {
  state.channel = "home";
  $("#composer").hidden = true;
  await showHome();
  mark("home");
  await post("home", asUser({ tab: "home" }));
}

async function showHome() {
  const html = await piece("/page/home");
  if (html !== null && state.channel === "home") main.innerHTML = html;
}

function mark(name) {
  for (const button of shown(".sidebar [data-open]")) {
    const here = button.dataset.open === name;
    button.toggleAttribute("aria-current", here);
    if (here) button.classList.remove("unread");
    $(".phone [data-pane=nav]").classList.toggle("unread", $(".sidebar .unread") !== null);
  }
}

const list = () => $("#messages");
const nearBottom = () => list() && list().scrollHeight - list().scrollTop - list().clientHeight < 120;
const toBottom = () => { if (list()) list().scrollTop = list().scrollHeight; };

function place(article) {
  const later = [...list().querySelectorAll(":scope > article")].find((other) => Number(other.dataset.ts) > Number(article.dataset.ts));
  if (later) later.before(article);
  else list().append(article);
}

async function refreshMessage(channel, ts) {
  const stick = nearBottom();
  const html = await piece(`/page/message/${channel}/${ts}`);
  if (state.channel !== channel || !list()) return;
  const old = list().querySelector(`article[data-ts="${ts}"]`);
  if (html === null) return old?.remove();
  const fresh = node(html);
  if (old) {
    forms.restore(fresh, forms.collect(old));
    old.replaceWith(fresh);
  } else {
    fresh.classList.add("new");
    $(".empty", list())?.remove();
    place(fresh);
  }
  if (stick) toBottom();
}

async function onMessage({ channel, ts, thread_ts: thread, only_for: onlyFor }) {
  if (channel === "C0ALERTS" && !thread) did("alert");
  if (onlyFor && onlyFor !== state.user) return;
  const answer = thread && thread !== ts;
  if (state.thread?.channel === channel && [ts, thread].includes(state.thread.ts)) panels.refreshThread();
  if (channel === state.channel) return refreshMessage(channel, answer ? thread : ts);
  const name = channel === directMessages() ? "home" : channel;
  $(`.sidebar [data-open="${name}"]`)?.classList.add("unread");
  $(".phone [data-pane=nav]").classList.add("unread");
}

async function onView({ user }) {
  if (user !== state.user) return;
  const html = await piece("/page/view");
  if (!html) return modal.open && modal.close();
  const filled = $("form", modal)?.dataset.view ? { id: $("form", modal).dataset.view, state: forms.collect(modal) } : null;
  modal.innerHTML = html;
  if (filled?.id === $("form", modal).dataset.view) forms.restore(modal, filled.state);
  if (!modal.open) modal.showModal();
  ($("[role=alert]", modal)?.closest(".input")?.querySelector("[data-control]") ?? $("input, textarea, select", modal))?.focus();
}

async function closeModal(all) {
  const view = $("form", modal)?.dataset.view;
  if (view) await post("close", asUser({ view, all }));
}

async function submitModal(event) {
  event.preventDefault();
  const button = $("button[type=submit]", modal);
  button?.classList.add("busy");
  await post("submit", asUser({ view: $("form", modal).dataset.view, state: forms.collect(modal) }));
  button?.classList.remove("busy");
}

function onViolation({ where, problem }) {
  const alarm = $("#alarm");
  alarm.hidden = !problem;
  $("span", alarm).textContent = `${where}: ${problem}`;
  $(".tabs [data-tab=traffic]").classList.toggle("unread", Boolean(problem));
}

let waiting = null;
function soon(work) {
  clearTimeout(waiting);
  waiting = setTimeout(work, 150);
}

function onMail({ number }) {
  if (state.tab === "mailbox" && !$(".mail")) return panels.fill("mailbox");
  const count = $("#mail-count");
  count.textContent = number ? Number(count.textContent) + 1 : 0;
  count.hidden = !number;
  if (number) did("mail");
}

function onReset() {
  panels.closeThread();
  panels.fill("mailbox");
  openChannel("C0SUPPORT");
}

function subscribe() {
  const source = new EventSource("/events");
  const on = (kind, handle) => source.addEventListener(kind, (event) => handle(JSON.parse(event.data)));
  const traffic = () => state.tab === "traffic" && soon(() => panels.fill("traffic"));
  on("message", onMessage);
  on("view", onView);
  on("home", ({ user }) => user === state.user && showHome());
  on("mail", onMail);
  on("violation", onViolation);
  on("reset", onReset);
  on("traffic", traffic);
  on("faults", traffic);
  // Only what is fetched after the stream is open can be trusted to stay up to date; so also after a break.
  source.addEventListener("open", () => {
    if (state.channel !== "home") openChannel(state.channel);
    panels.showTab(state.tab);
    onView({ user: state.user });
  });
}

function onClick(event) {
  const button = event.target.closest("button");
  const link = event.target.closest("a[href]");
  if (link && link.id !== "portal-out") {
    event.preventDefault();
    panels.openLink(link.href);
  }
  if (!button) return;
  const { open, thread, shortcut, anywhere } = button.dataset;
  const article = button.closest("article");
  if (article) did("pressed", button.textContent);
  if (open) panels.showPane("main");
  if (open) { if (open === "home") openHome(); else if (open === "messages") openChannel(directMessages()); else openChannel(open); }
  if (thread) panels.openThread(article.dataset.channel, thread);
  if (shortcut) post("shortcut", asUser({ channel: article.dataset.channel, ts: article.dataset.ts, callback_id: shortcut }));
  if (anywhere) post("shortcut", asUser({ callback_id: anywhere }));
  if ("dismiss" in button.dataset) article.remove();
  if ("hide" in button.dataset) $("#alarm").hidden = true;
  if ("close" in button.dataset) closeModal(false);
  if ("closeAll" in button.dataset) closeModal(true);
}

function becomes(user) {
  state.user = user;
  localStorage.setItem("user", user);
  $("#user").value = user;
  $("#zone").textContent = $("#user").selectedOptions[0].dataset.zone;
  panels.closeThread();
  for (const button of shown(".sidebar .unread")) button.classList.remove("unread");
  if (modal.open) modal.close();
}

document.addEventListener("click", onClick);
modal.addEventListener("submit", submitModal);
modal.addEventListener("cancel", (event) => { event.preventDefault(); closeModal(false); });
$("#user").addEventListener("change", (event) => {
  const home = state.channel === "home";
  becomes(event.target.value);
  if (home) openHome();
  else openChannel(state.channel.startsWith("D") ? "C0SUPPORT" : state.channel);
  onView({ user: state.user });
});
forms.listen();
lookup.listen();
composer.listen();
panels.listen(composer.compose);
tour.listen({
  become: (user) => { becomes(user); onView({ user }); },
  open: async (channel) => { panels.showPane("main"); await openChannel(channel); },
  compose: composer.compose,
  send: composer.send,
});
if (!shown("#user option").some((option) => option.value === state.user)) state.user = "U0ALEX";
becomes(state.user);
panels.showPane("main");
subscribe();
$("#text").focus();
