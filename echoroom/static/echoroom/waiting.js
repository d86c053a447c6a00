// Tells somebody who looks at another tab that their wait is over: by the title, and by a notification if they asked
// for one. Nothing asks for permission before a button was pressed, and nothing makes a sound.

const MARK = "● ";
const TAG = "echoroom-team";

let awaited = null; // the quest for which the page waits
let isOver = false; // the wait ended while nobody looked: the title says so until somebody does

const isHidden = () => document.visibilityState !== "visible";
const canNotify = () => "Notification" in window;

function note() {
  const waits = document.querySelector("[data-awaits-team]");
  const quest = waits ? waits.dataset.awaitsTeam : null;
  if (awaited !== null && quest === null) ended(awaited);
  awaited = quest;
}

function ended(quest) {
  if (!isHidden()) return;
  isOver = true;
  navigator.vibrate?.(120);
  if (document.querySelector("main.room")) notify("Your team is here", `The room for “${quest}” is open.`);
  else notify("You wait no longer", `“${quest}”: see what you can do now.`);
}

function notify(title, body) {
  if (!canNotify() || Notification.permission !== "granted") return;
  try {
    const shown = new Notification(title, { body, tag: TAG, silent: true });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  } catch {
    // Some phones let only installed pages notify: the title has to do.
  }
}

// Whatever sets the title meanwhile, a hidden tab keeps its mark.
function markTitle() {
  if (isOver && isHidden() && !document.title.startsWith(MARK)) document.title = MARK + document.title;
}

function look() {
  if (isHidden() || !isOver) return;
  isOver = false;
  if (document.title.startsWith(MARK)) document.title = document.title.slice(MARK.length);
}

function offer() {
  if (!canNotify()) return;
  for (const element of document.querySelectorAll("[data-notify]")) {
    element.hidden = element.dataset.notify !== Notification.permission;
  }
}

async function ask(event) {
  if (!event.target.closest("button[data-notify]")) return;
  await Notification.requestPermission();
  offer();
}

const started = new WeakMap();

// A wait that outlasts its forecast says so by itself.
function tell() {
  for (const element of document.querySelectorAll("[data-late-in][hidden]")) {
    if (!started.has(element)) started.set(element, Date.now());
    element.hidden = Date.now() - started.get(element) <= Number(element.dataset.lateIn) * 1000;
  }
}

function arrive() {
  note();
  offer();
  tell();
  markTitle();
}

document.addEventListener("htmx:load", arrive);
document.addEventListener("htmx:afterSettle", arrive);
document.addEventListener("click", ask);
document.addEventListener("visibilitychange", look);
new MutationObserver(markTitle).observe(document.head, { childList: true, subtree: true, characterData: true });
setInterval(tell, 1000);
arrive();
