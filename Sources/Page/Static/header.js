// The head of the page: where one can go, how the spool is doing, and who one is here.

import { h, patch } from "./tree.js";
import { localZone } from "./time.js";

/// Shows the head; `summary` is null before the first answer.
export function showHeader(summary, place, isLive) {
  const header = document.getElementById("header");
  patch(header, [
    h("a", { class: "brand", href: "#/" },
      h("img", { src: "/page/icon.svg", alt: "", width: "24", height: "24" }), "jobrun"),
    h("nav", { "aria-label": "Views" },
      view("#/", "Overview", place === "overview"),
      view("#/jobs", "Jobs", place === "jobs"),
      mayRun(summary) && view("#/new", "New", place === "new")),
    h("div", { class: "standing" },
      summary && daemonState(summary.daemon),
      summary && h("span", { class: "caller" }, callerText(summary.caller)),
      h("span", { class: "liveness", title: livenessTitle(isLive) },
        isLive ? "live" : "not live")),
  ]);
}

/// Whether the caller may start and change jobs.
export function mayRun(summary) {
  return summary?.caller?.roles?.includes("run") ?? false;
}

function view(href, text, isCurrent) {
  return h("a", { key: href, href, "aria-current": isCurrent ? "page" : null }, text);
}

function daemonState(daemon) {
  if (!daemon.alive) {
    return h("span", { class: "daemon bad" }, mark("✕"), "no daemon: nothing starts");
  }
  if (daemon.notice) return h("span", { class: "daemon warn" }, mark("!"), daemon.notice);
  return h("span", { class: "daemon good" }, mark("✓"), "daemon running");
}

function mark(text) {
  return h("span", { class: "mark", "aria-hidden": "true" }, text);
}

function callerText(caller) {
  const name = caller.name ?? "owner";
  return `${name} may ${caller.roles.includes("admin") ? "do everything" : caller.roles.join(", ")}`;
}

function livenessTitle(isLive) {
  return isLive ? `Changes show within a second. Times are those of ${localZone}.`
    : `Read again every 15 s. Times are those of ${localZone}.`;
}
