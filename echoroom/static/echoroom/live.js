// Live updates. An element that names a topic gets a "live" event when there is something newer than it shows:
//   <section data-live-topic="room:K7QX" data-live-version="12" hx-get="…" hx-trigger="live">
// The event's detail is {topic, version, type}. While the socket is down the page polls instead.
// data-live-always="typing" names a type that is news without a version of its own, because nothing of it is kept.

const POLL = 5_000;
const SILENCE = 25_000; // the server repeats all versions every 10 s: after this the connection is dead
const LONGEST_WAIT = 10_000;
const TEXTS = { live: "Live", reconnecting: "Reconnecting…", offline: "Offline" };

let socket = null;
let [attempts, retry, lastHeard] = [0, null, 0];
let [subscribed, refused] = [new Set(), new Set()];
const versions = new Map(); // the newest that was heard of each topic
const listening = new WeakSet(); // a part that was just put in hears nothing before htmx has gone through it

const elements = () => [...document.querySelectorAll("[data-live-topic]")];
const isOpen = () => socket?.readyState === WebSocket.OPEN;
const isSilent = () => isOpen() && subscribed.size && Date.now() - lastHeard > SILENCE;
const isHidden = () => document.visibilityState !== "visible";

function address() {
  const configured = document.querySelector('meta[name="live-url"]')?.content;
  const url = new URL("/ws/live", configured || location.href);
  url.protocol = url.protocol.replace("http", "ws");
  // Pages of the console listen as staff, whoever else has entered in this browser.
  const as = document.querySelector('meta[name="live-as"]')?.content;
  if (as) url.searchParams.set("as", as);
  return url;
}

function showStatus() {
  const state = isOpen() ? "live" : navigator.onLine ? "reconnecting" : "offline";
  for (const element of document.querySelectorAll("[data-live-status]")) {
    if (element.textContent !== TEXTS[state]) element.textContent = TEXTS[state];
    element.dataset.liveStatus = state;
  }
}

function tell(element, type, version = null) {
  const detail = { topic: element.dataset.liveTopic, version, type };
  element.dispatchEvent(new CustomEvent("live", { detail }));
}

function connect() {
  clearTimeout(retry);
  retry = null;
  if (!elements().length || (socket && socket.readyState <= WebSocket.OPEN)) return;
  const opened = (socket = new WebSocket(address()));
  opened.onopen = () => {
    lastHeard = Date.now();
    [subscribed, refused] = [new Set(), new Set()];
    subscribe();
    showStatus();
  };
  opened.onmessage = (event) => {
    attempts = 0;
    lastHeard = Date.now();
    hear(JSON.parse(event.data));
  };
  opened.onclose = () => {
    if (opened !== socket) return; // given up for another one before
    socket = null;
    showStatus();
    reconnectLater();
  };
}

function reconnectLater() {
  if (retry !== null) return;
  const wait = Math.min(LONGEST_WAIT, 500 * 2 ** attempts++);
  retry = setTimeout(connect, wait * (0.5 + Math.random() / 2));
}

function disconnect() {
  clearTimeout(retry);
  const closing = socket;
  [socket, retry] = [null, null];
  closing?.close();
}

// Brings the server's list into line with what the page shows now.
function subscribe() {
  if (!isOpen()) return connect();
  const shown = new Set(elements().map((element) => element.dataset.liveTopic));
  const frame = {
    subscribe: [...shown].filter((topic) => !subscribed.has(topic) && !refused.has(topic)),
    unsubscribe: [...subscribed].filter((topic) => !shown.has(topic)),
  };
  for (const topic of frame.subscribe) subscribed.add(topic);
  for (const topic of frame.unsubscribe) subscribed.delete(topic);
  if (frame.subscribe.length || frame.unsubscribe.length) socket.send(JSON.stringify(frame));
}

// A part that htmx has just gone through may be older than what was heard while it was on its way. One that comes with
// the version "new" does not know what it shows: it is told at once, not with the next beat.
function catchUp(event) {
  for (const element of elements()) {
    if (listening.has(element) || !event.target.contains(element)) continue;
    listening.add(element);
    const { liveVersion: known, liveTopic: topic } = element.dataset;
    const version = versions.get(topic);
    if (version === undefined || !(known === "new" || version > Number(known))) continue;
    element.dataset.liveVersion = version;
    tell(element, "beat", version);
  }
}

function hear(message) {
  const { topic, version, type } = message;
  if (version !== undefined) versions.set(topic, version);
  if (type === "unavailable" || type === "refused") subscribed.delete(topic);
  if (type === "unavailable") return setTimeout(subscribe, POLL);
  if (type === "refused") refused.add(topic);
  for (const element of elements()) {
    if (element.dataset.liveTopic === topic && listening.has(element) && isNews(element, message)) {
      // A fragment that is swapped in brings a version of its own; an element that stays keeps this one.
      if (version !== undefined) element.dataset.liveVersion = version;
      tell(element, type, version);
    }
  }
}

function isNews(element, { version, type }) {
  if (type === "refused" || type === element.dataset.liveAlways) return true;
  const known = element.dataset.liveVersion;
  if (known === undefined || known === "") {
    element.dataset.liveVersion = version;
    return type !== "beat";
  }
  // A beat says how things are: whatever differs from it is stale, even a higher number.
  return type === "beat" ? Number(known) !== version : !(version <= Number(known));
}

// A re-read that failed is tried again with the next beat.
function markStale(event) {
  const element = event.target.closest?.("[data-live-topic]");
  if (element) element.dataset.liveVersion = "stale";
}

function wake() {
  showStatus();
  if (isHidden()) return;
  if (isSilent()) disconnect();
  connect();
}

function tick() {
  if (isHidden()) return;
  if (isSilent()) {
    disconnect();
    reconnectLater();
  }
  showStatus();
  if (!isOpen()) elements().forEach((element) => tell(element, "poll"));
}

document.addEventListener("htmx:load", subscribe);
document.addEventListener("htmx:load", catchUp);
document.addEventListener("htmx:responseError", markStale);
document.addEventListener("htmx:sendError", markStale);
document.addEventListener("visibilitychange", wake);
addEventListener("online", wake);
addEventListener("offline", showStatus);
addEventListener("pagehide", disconnect); // an open socket would keep the page out of the back-forward cache
addEventListener("pageshow", (event) => {
  if (event.persisted) elements().forEach((element) => tell(element, "poll"));
  wake();
});
setInterval(tick, POLL);
connect();
