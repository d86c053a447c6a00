// Reads a queue's figures again when something has happened in it: at once, then every two seconds at most while more
// happens, and less often where the answer takes long. What came last is always read.
const PACE = 2_000;
const SHARE = 5; // of the time no more than a fifth is spent on being answered
const timers = new WeakMap(); // queue → whether it must be read once it may be again
const took = new WeakMap(); // queue → milliseconds that its last answer took

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
  const asked = performance.now();
  queue.addEventListener("htmx:afterRequest", () => took.set(queue, performance.now() - asked), { once: true });
  htmx.trigger(queue, "reread");
  setTimeout(() => {
    timers.delete(queue);
    if (pace.isDue && queue.isConnected) reread(queue);
  }, Math.max(PACE, SHARE * (took.get(queue) ?? 0)));
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
