// Counts down (data-left) and up (data-elapsed), in seconds from the moment the server said so: no clock is trusted.

const started = new WeakMap();
const DUE_AGAIN = 5;

const two = (number) => String(number).padStart(2, "0");
const text = (seconds) =>
  seconds >= 3600
    ? `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`
    : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;

function since(element) {
  if (!started.has(element)) started.set(element, Date.now());
  return Math.floor((Date.now() - started.get(element)) / 1000);
}

function show(element, seconds) {
  const shown = text(Math.max(0, seconds));
  if (element.textContent !== shown) element.textContent = shown;
}

function countDown(element) {
  const left = Number(element.dataset.left) - since(element);
  show(element, left);
  if (left === 60 || left === 10) say(left === 60 ? "One minute left." : "Ten seconds left.");
  // The deadline has passed: the page asks what has become of the round, and again until it is told.
  if (left <= -1 && (left + 1) % DUE_AGAIN === 0) {
    const reader = document.getElementById(element.dataset.then);
    reader?.dispatchEvent(new CustomEvent("live", { detail: { type: "due" } }));
  }
}

function say(words) {
  const announcer = document.getElementById("say");
  if (announcer) announcer.textContent = words;
}

function tick() {
  for (const element of document.querySelectorAll("[data-left]")) countDown(element);
  for (const element of document.querySelectorAll("[data-elapsed]")) {
    show(element, Number(element.dataset.elapsed) + since(element));
  }
}

document.addEventListener("htmx:load", tick);
setInterval(tick, 1000);
tick();
