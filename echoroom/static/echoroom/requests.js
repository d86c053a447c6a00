// Where an answer goes, and what the person hears when there is none.

const SHOWN_FOR = 10_000;
const OUT_OF_DATE = ["This page is out of date", "Reload it and try again. What you typed is kept."];
const OURS = ["Something broke on our side", "It is noted. Try again in a moment."];

function place(event) {
  const { detail } = event;
  const { xhr } = detail;
  if (detail.boosted && xhr.responseText.includes('id="page"')) {
    // A whole page, also one that says what went wrong: it takes the place of this one without a reload.
    detail.shouldSwap = true;
    detail.target = document.getElementById("page");
    detail.selectOverride = "#page";
    detail.swapOverride = "outerHTML show:window:top";
  } else if (xhr.status >= 400) {
    detail.shouldSwap = Boolean(xhr.getResponseHeader("HX-Reswap"));
  }
  xhr.placed = detail.shouldSwap;
}

// A re-read says which state the page shows (data-state names the element that knows), so that no change answers 304.
function sayWhatIsShown(event) {
  const { elt, headers, parameters } = event.detail;
  const state = document.getElementById(elt.dataset.state);
  if (!state) return;
  headers["If-None-Match"] = state.dataset.etag;
  if (state.dataset.stage) parameters.stage = state.dataset.stage;
}

// While the answer to what somebody did is on its way, or another page, a re-read would bring the same parts a second
// time, and they would arrive twice: it waits until the answer is in place, and is dropped with the page that asked.
let awaited = 0;
const held = new Map();

function awaitAnswer(event) {
  const { requestConfig, target, xhr } = event.detail;
  if (requestConfig.verb === "get" && target.id !== "page") return;
  awaited += 1;
  xhr.addEventListener("loadend", () => setTimeout(release, htmx.config.defaultSettleDelay));
}

function release() {
  awaited -= 1;
  if (awaited) return;
  const rereads = [...held.values()];
  held.clear();
  for (const reread of rereads) reread();
}

function hold(event) {
  const { elt, triggeringEvent, issueRequest } = event.detail;
  if (!awaited || triggeringEvent?.type !== "live") return;
  event.preventDefault();
  held.set(elt, issueRequest);
}

const isReread = (detail) => detail.requestConfig?.triggeringEvent?.type === "live";

function explain(event) {
  const { xhr } = event.detail;
  if (xhr?.placed || isReread(event.detail)) return;
  // data-says-lost: a form that says itself, beside what was typed, that it did not get through.
  if (event.type !== "htmx:responseError") {
    if (!("saysLost" in event.detail.elt.dataset)) toast().dataset.lost = event.detail.pathInfo.requestPath;
    return;
  }
  if (xhr.status === 403) return toast(...OUT_OF_DATE);
  const number = xhr.getResponseHeader("X-Request-ID");
  toast(OURS[0], number ? `${OURS[1]} If it stays so, tell an organiser this number: ${number}` : OURS[1]);
}

function toast(title, detail) {
  const copy = document.getElementById("toast-failed").content.firstElementChild.cloneNode(true);
  if (title) copy.querySelector("[data-title]").textContent = title;
  if (detail) copy.querySelector("[data-detail]").textContent = detail;
  const shelf = document.getElementById("toasts");
  shelf.replaceChildren(copy);
  leaveLater(copy);
  return copy;
}

// What is said of a request that was lost is over once the same one got through, or another page is there.
function forgetLost(event) {
  const { boosted, pathInfo, xhr } = event.detail;
  if (!xhr?.status || isReread(event.detail)) return;
  for (const lost of document.querySelectorAll("[data-lost]")) {
    if (boosted || lost.dataset.lost === pathInfo.requestPath) lost.remove();
  }
}

// A message that leads to the page that is there now has nothing more to say.
function forgetArrived(event) {
  if (event.target.id !== "page") return;
  const leadsHere = (link) => link.pathname === location.pathname;
  for (const said of document.querySelectorAll("[data-toast]")) {
    if ([...said.querySelectorAll("a")].some(leadsHere)) said.remove();
  }
}

function leaveLater(element) {
  setTimeout(() => {
    if (element.matches(":hover, :focus-within")) return leaveLater(element);
    element.remove();
  }, SHOWN_FOR);
}

document.addEventListener("htmx:confirm", hold);
document.addEventListener("htmx:beforeSend", awaitAnswer);
document.addEventListener("htmx:configRequest", sayWhatIsShown);
document.addEventListener("htmx:beforeSwap", place);
document.addEventListener("htmx:responseError", explain);
document.addEventListener("htmx:sendError", explain);
document.addEventListener("htmx:timeout", explain);
document.addEventListener("htmx:afterRequest", forgetLost);
document.addEventListener("htmx:afterSettle", forgetArrived);
document.addEventListener("htmx:load", (event) => {
  if (event.target.matches?.("[data-toast]")) {
    for (const older of document.querySelectorAll("[data-toast]:not([data-stays])")) if (older !== event.target) older.remove();
    leaveLater(event.target);
  }
});
document.addEventListener("click", (event) => event.target.closest("[data-close]")?.closest("[data-toast]").remove());
