// Instants and durations: local time of the browser in one form everywhere, UTC for whoever points
// at it, and texts that count by themselves between two answers of the service.

import { h } from "./tree.js";

/// The zone of this browser.
export const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

// What the service's clock is ahead of this browser's, in milliseconds: a browser with a wrong
// clock must not say that a run of a minute has taken an hour.
let clockOffset = 0;

/// Learns what time it is where the jobs run.
export function setClock(instant) {
  const offset = Date.parse(instant) - Date.now();
  // A difference of the answer's own way is none.
  clockOffset = Math.abs(offset) < 2000 ? 0 : offset;
}

function now() {
  return Date.now() + clockOffset;
}

const formats = new Map();

function parts(instant, zone) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, hourCycle: "h23", timeZoneName: "short", year: "numeric", month: "2-digit",
      day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    }));
  }
  const found = {};
  for (const part of formats.get(zone).formatToParts(new Date(instant))) {
    found[part.type] = part.value;
  }
  return found;
}

/// `2026-11-27 21:30:05` in a zone.
export function timeText(instant, zone = localZone) {
  const p = parts(instant, zone);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}`;
}

/// The short name of a zone at an instant, such as CET.
export function zoneName(instant, zone = localZone) {
  return parts(instant, zone).timeZoneName;
}

/// An instant in local time.
export function time(instant) {
  return h("time", { datetime: instant, title: utcText(instant) }, timeText(instant));
}

/// An instant as what lies between it and now: `in 5 min`, `3 h ago`. It counts by itself.
export function relativeTime(instant) {
  return h("time", { datetime: instant, title: utcText(instant), "data-counts": "relative" },
    relativeText(instant));
}

/// What has passed since an instant. It counts by itself.
export function elapsed(instant) {
  return h("time", { datetime: instant, title: utcText(instant), "data-counts": "elapsed" },
    elapsedText(instant));
}

function utcText(instant) {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}

/// A span in its two largest units; below ten seconds with a decimal.
export function durationText(milliseconds) {
  const span = Math.max(0, milliseconds);
  if (span < 1000) return `${Math.round(span)} ms`;
  if (span < 10_000) return `${(span / 1000).toFixed(1)} s`;
  return unitsText(Math.floor(span / 1000));
}

function unitsText(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function elapsedText(instant) {
  return unitsText(Math.max(0, Math.floor((now() - Date.parse(instant)) / 1000)));
}

function relativeText(instant) {
  const distance = Date.parse(instant) - now();
  const seconds = Math.floor(Math.abs(distance) / 1000);
  if (seconds < 1) return "now";
  const span = seconds < 60 ? `${seconds} s`
    : seconds < 3600 ? `${Math.floor(seconds / 60)} min`
    : seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)} h`
    : `${Math.floor(seconds / 86400)} d`;
  return distance > 0 ? `in ${span}` : `${span} ago`;
}

function countOn() {
  if (document.hidden) return;
  for (const node of document.querySelectorAll("time[data-counts]")) {
    const instant = node.getAttribute("datetime");
    const text =
      node.dataset.counts === "relative" ? relativeText(instant) : elapsedText(instant);
    // The node that a view has made stays: replacing it would lose a selection around it.
    if (node.firstChild && node.firstChild.data !== text) node.firstChild.data = text;
  }
}

setInterval(countOn, 1000);
