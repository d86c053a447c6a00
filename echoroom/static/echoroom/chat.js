// The chat in a room. New messages come as parts of the page; this keeps the eye, the keyboard and what is being typed
// where they are, says what has been read, and that somebody types.

const TYPING_EVERY = 3_000;
const TYPING_SHOWN = 5_000;
const TYPING_AFTER = 300; // so that pasting and sending at once is no typing
const READ_EVERY = 1_000;
const NEAR = 48;
const PHONE = matchMedia("(max-width: 820px)");

let [typedAt, typingSoon, typingShown, reading] = [0, null, null, null];
let [follows, isEndSeen, wanted, oldHeight, sent] = [true, false, false, 0, null];

const byId = (id) => document.getElementById(id);
const list = () => byId("chat-list");
const lastNumber = () => Number(list()?.lastElementChild?.dataset.number ?? 0);
const isAtEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;

function post(path, values) {
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const body = new URLSearchParams(values);
  // Lost ones are no loss: the next one says more.
  return fetch(path, { method: "POST", headers: { "X-CSRFToken": token }, body, keepalive: true }).catch(() => null);
}

function newKey(form) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  form.elements.key.value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Both the answer to one's own message and the news may bring the same message: the first one stays.
function dropDoubles(fragment) {
  for (const item of [...fragment.querySelectorAll("[data-number]")]) if (byId(item.id)) item.remove();
}

// A day is said once, where it begins.
function tidyDays() {
  let day = "";
  for (const item of list().querySelectorAll("[data-day]")) {
    const stamp = item.querySelector(".chat-day");
    if (stamp) stamp.hidden = item.dataset.day === day;
    day = item.dataset.day;
  }
}

function toEnd() {
  const log = byId("chat-log");
  if (!log) return;
  log.scrollTop = log.scrollHeight;
  follows = true;
  showWay();
}

function showWay() {
  const button = document.querySelector("[data-chat-down]");
  if (button) button.hidden = follows;
}

function markRead() {
  const [live, state] = [byId("chat-live"), byId("chat-state")];
  if (!live || reading || !isEndSeen || document.visibilityState !== "visible" || !byId("chat").open) return;
  const number = lastNumber();
  if (number <= Number(state.dataset.mark)) return;
  post(live.dataset.read, { number });
  reading = setTimeout(() => {
    reading = null;
    markRead();
  }, READ_EVERY);
}

const watcher = new IntersectionObserver((entries) => {
  isEndSeen = entries.at(-1).isIntersecting;
  markRead();
});

function enter(chat) {
  if (PHONE.matches && location.hash !== "#chat") chat.open = false;
  watcher.disconnect();
  watcher.observe(chat.querySelector("[data-chat-end]"));
  byId("chat-log").addEventListener("scroll", () => {
    follows = isAtEnd(byId("chat-log"));
    showWay();
  });
  chat.addEventListener("toggle", () => {
    if (!chat.open) return;
    toEnd();
    // Who opens it on a phone wants to see it: it begins below the fold.
    if (wanted) chat.scrollIntoView({ block: "start" });
    wanted = false;
  });
  tidyDays();
  toEnd();
}

function showTyping() {
  clearTimeout(typingShown);
  typingShown = setTimeout(() => byId("chat-typing")?.replaceChildren(), TYPING_SHOWN);
}

function sayTyping(form) {
  if (!form.elements.text.value.trim() || Date.now() - typedAt < TYPING_EVERY) return;
  typedAt = Date.now();
  typingSoon = setTimeout(() => post(form.dataset.typing, {}), TYPING_AFTER);
}

function isSent(form) {
  const field = form.elements.text;
  byId("chat-problem").replaceChildren();
  newKey(form);
  typedAt = 0;
  if (field.value !== sent) return;
  field.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function isUnsent(form) {
  const problem = form.querySelector("[data-chat-unsent]").content.cloneNode(true);
  byId("chat-problem").replaceChildren(problem);
  byId("chat-problem").scrollIntoView({ block: "nearest" });
}

const formOf = (event) => (event.detail.elt?.matches?.("[data-chat-form]") ? event.detail.elt : null);

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".chat-write");
  if (!form || event.target !== form.elements.text || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (event.target.value.trim()) form.requestSubmit();
});
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.matches("[data-chat-form]") || event.target.name !== "text") return;
  // What is changed after it was sent in vain is another message.
  if (sent !== null && event.target.value !== sent) {
    newKey(form);
    sent = null;
  }
  sayTyping(form);
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-chat-down]")) toEnd();
  if (event.target.closest("[data-chat-way]")) byId("chat").open = true;
  if (event.target.closest("#chat > summary")) wanted = PHONE.matches;
});
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  if (elt.id === "chat-live" || elt.matches("[data-chat-form]")) parameters.after = lastNumber();
  if (!elt.matches("[data-chat-form]")) return;
  sent = elt.elements.text.value;
  clearTimeout(typingSoon);
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "chat-older") {
    byId("chat-log")?.setAttribute("aria-live", "off"); // old messages are no news
    oldHeight = byId("chat-log")?.scrollHeight ?? 0;
  }
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.id !== "chat-list") return;
  dropDoubles(event.detail.fragment);
  const log = byId("chat-log");
  follows = isAtEnd(log) || Boolean(event.detail.fragment.querySelector(".yours"));
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  const { id } = event.detail.target;
  if (id === "chat-list") {
    tidyDays();
    if (follows) toEnd();
    showWay();
  }
  if (id === "chat-typing") showTyping();
});
document.addEventListener("htmx:afterSettle", (event) => {
  const log = byId("chat-log");
  if (!log || !oldHeight || !list().contains(event.target)) return;
  log.scrollTop += log.scrollHeight - oldHeight;
  oldHeight = 0;
  tidyDays();
  log.focus({ preventScroll: true });
  setTimeout(() => log.removeAttribute("aria-live"), 500);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = formOf(event);
  if (form && event.detail.successful) isSent(form);
  if (event.detail.elt?.id === "chat-live" || form) {
    markRead();
    const state = byId("chat-state");
    // More was said than one answer holds.
    if (state && "newer" in state.dataset) byId("chat-live").dispatchEvent(new CustomEvent("live", { detail: {} }));
  }
});
for (const lost of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(lost, (event) => {
    // A refusal with a name stands there already.
    if (formOf(event) && !event.detail.xhr?.placed) isUnsent(formOf(event));
  });
}
document.addEventListener("visibilitychange", markRead);
document.addEventListener("htmx:load", (event) => {
  const chat = event.target.matches?.("[data-chat]") ? event.target : event.target.querySelector?.("[data-chat]");
  if (chat) enter(chat);
});
if (byId("chat")) enter(byId("chat"));
