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
  const health = queue?.querySelector(".er-health");
  if (!health) return;
  if (reasons.get(queue) !== health.className) {
    const [title, status, reason] = ["h2", ".er-health b", "[data-reason]"].map((part) => queue.querySelector(part).textContent);
    queue.querySelector("[data-say]").textContent = `${title}: ${status} ${reason}`;
  }
  reasons.set(queue, health.className);
}

// Somebody is choosing a size: the list must not close under their hand.
function keep(event) {
  if (event.target.closest?.(".er-queue")?.querySelector("select:focus")) event.preventDefault();
}

for (const queue of document.querySelectorAll(".er-queue")) reasons.set(queue, queue.querySelector(".er-health").className);
document.addEventListener("live", news, true);
document.addEventListener("htmx:beforeSwap", keep);
document.addEventListener("htmx:afterSettle", say);
