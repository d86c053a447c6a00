// After a change of page or stage the keyboard and the screen reader are where the eye is.

let stageHadFocus = false;

function enterPage(page) {
  const wrong = page.querySelector('[aria-invalid="true"]');
  const first = wrong || page.querySelector("[autofocus]") || page.querySelector("h1");
  first?.focus({ preventScroll: !wrong });
}

function enterStage(stage) {
  if (stageHadFocus || document.activeElement === document.body) {
    stage.querySelector("h1")?.focus({ preventScroll: true });
  }
  const top = document.getElementById("where");
  if (top && top.getBoundingClientRect().top < 0) top.scrollIntoView({ block: "start" });
}

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const target = event.detail.target;
  if (target?.id === "stage") stageHadFocus = target.contains(document.activeElement);
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "page") enterPage(event.target);
});
document.addEventListener("htmx:load", (event) => {
  if (event.target.id === "stage") enterStage(event.target);
});
