// Reads a queue's figures again when something has happened in it: at once, then every two seconds at most while more
// happens. What came last is always read. What somebody has opened or stands on stays so.
const PACE = 2_000;
const timers = new WeakMap(); // queue → when it may be read again, and whether it must

function news(event) {
  const queue = event.target.closest(".er-queue");
  if (!queue) return;
  const pace = timers.get(queue);
  if (pace) pace.isDue = true;
  else reread(queue);
}

function reread(queue) {
  const pace = { isDue: false };
  timers.set(queue, pace);
  htmx.trigger(queue, "reread");
  setTimeout(() => {
    timers.delete(queue);
    if (pace.isDue && queue.isConnected) reread(queue);
  }, PACE);
}

// Only a change of health is said aloud: numbers that move every few seconds would talk without end.
const reasons = new WeakMap();

function say(event) {
  const queue = event.target.closest(".er-queue");
  const reason = queue?.querySelector("[data-reason]")?.closest(".er-health");
  if (!reason) return;
  const status = reason.className;
  if (reasons.has(queue) && reasons.get(queue) !== status) {
    queue.querySelector("[data-say]").textContent = `${queue.querySelector("h2").textContent}: ${reason.textContent}`;
  }
  reasons.set(queue, status);
}

// Somebody is choosing a size: the list must not close under their hand.
function keep(event) {
  if (event.target.closest?.(".er-queue")?.querySelector("select:focus")) event.preventDefault();
}

for (const queue of document.querySelectorAll(".er-queue")) reasons.set(queue, queue.querySelector(".er-health").className);
document.addEventListener("live", news, true);
document.addEventListener("htmx:beforeSwap", keep);
document.addEventListener("htmx:afterSettle", say);
