// The page: it finds the view that the address asks for, keeps it up to date, and says so when it
// cannot.

import { showHeader } from "./header.js";
import { JobView } from "./job.js";
import { JobsView } from "./jobs.js";
import { Live } from "./live.js";
import { NewView } from "./new.js";
import { dismiss, setTrouble } from "./notices.js";
import { OverviewView } from "./overview.js";
import { currentRoute } from "./route.js";
import { read } from "./service.js";
import { setClock, timeText } from "./time.js";

// After so long without an answer the page says so, in milliseconds.
const patience = 8000;

const main = document.getElementById("main");
let summary = null;
let view = null;
let reading = null;
let lastGood = null;

function viewFor(route) {
  const [first, second] = route.parts;
  if (first === "jobs" && second !== undefined) return new JobView(main, second, context);
  if (first === "jobs") return new JobsView(main, context);
  if (first === "new") return new NewView(main, context);
  return new OverviewView(main, context);
}

/// What views may ask of the page.
const context = {
  get summary() { return summary; },
  refresh: () => live.now(),
};

/// Shows the view of the address, or lets the one that is there follow it.
function go() {
  const route = currentRoute();
  const place = route.parts.slice(0, 2).join("/");
  if (view && view.place === place && view.follow) {
    view.follow(route);
  } else {
    view?.leave?.();
    dismiss();
    main.replaceChildren();
    view = viewFor(route);
    view.place = place;
    view.show();
    setTitle();
    scrollTo(0, 0);
    // Whoever cannot see it hears where they are; at the first view the browser says that.
    if (lastGood !== null && !route.query.has("focus")) main.querySelector("h1")?.focus();
  }
  showHeader(summary, view.name, live?.isLive ?? false);
  reading?.abort();
  live?.now();
}

function setTitle() {
  document.title = view.title ? `${view.title} · jobrun` : "jobrun";
}

async function refresh() {
  const asked = view;
  const began = new Date().toISOString();
  reading = new AbortController();
  // A browser that asks for a password meanwhile, or a service that reads a large spool.
  const slow = setTimeout(
    () => setTrouble(`Waiting for an answer of jobrun serve since ${timeText(began)}.`), patience);
  try {
    const [latest] = await Promise.all([
      read("/v1/summary", {}, reading.signal).then((found) => {
        summary = found;
        setClock(found.now);
        showHeader(summary, view.name, live.isLive);
        return found;
      }),
      asked.read(reading.signal),
    ]);
    lastGood = new Date().toISOString();
    setTrouble(null);
    if (asked === view) {
      asked.show();
      setTitle();
    }
    return { running: latest.jobs.running + latest.jobs.starting > 0 };
  } catch (error) {
    if (error.name === "AbortError") return { running: false };
    if (error.status === undefined) throw error;
    setTrouble(troubleText(error));
    return { running: false };
  } finally {
    clearTimeout(slow);
  }
}

function troubleText(error) {
  const since = lastGood ? ` What is shown is as of ${timeText(lastGood)}.` : "";
  const text = error.message.charAt(0).toUpperCase() + error.message.slice(1);
  return `${text}.${since} Trying again every 15 s.`;
}

addEventListener("hashchange", go);
document.querySelector(".skip").addEventListener("click", (event) => {
  // The part behind # is the view's.
  event.preventDefault();
  main.focus();
});
addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select, dialog");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
  const box = document.getElementById("search");
  event.preventDefault();
  if (box) box.focus();
  else location.hash = "#/jobs?focus=search";
});

let live = null;
go();
live = new Live({
  refresh,
  isConcerned: (event) => view.isConcerned?.(event) ?? true,
  changed: (isLive) => showHeader(summary, view.name, isLive),
});
