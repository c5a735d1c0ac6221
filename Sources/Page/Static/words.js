// How phases, outcomes and other values of jobs are said and drawn: each phase has a word and a
// shape of its own, so that nothing depends on colour.

import { h } from "./tree.js";

export const phases = [
  "running", "starting", "queued", "backoff", "waiting", "held",
  "failed", "expired", "cancelled", "succeeded",
];

/// Phases in which a job has ended.
export const finalPhases = new Set(["succeeded", "failed", "cancelled", "expired"]);
/// Phases in which a run is under way.
export const activePhases = new Set(["queued", "starting", "running", "backoff"]);

// Lines in a square of 16.
const shapes = {
  running: "M5 3v10l8-5z",
  starting: "M4 3v10l6-5zM12.5 3v10",
  queued: "M3 4h10M3 8h10M3 12h10",
  backoff: "M13 8a5 5 0 1 1-1.6-3.7M12 1.5v3.2H8.8",
  waiting: "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M8 4.5V8l2.5 2",
  held: "M5.5 3v10M10.5 3v10",
  failed: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  expired: "M4 2h8M4 14h8M5 2c0 4 6 8 6 12M11 2c0 4-6 8-6 12",
  cancelled: "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M4 12L12 4",
  succeeded: "M2.5 8.5l4 4 7-9",
};

/// The shape of a phase, for eyes only.
export function phaseIcon(phase) {
  return h("svg", { class: `icon is-${phase}`, viewBox: "0 0 16 16", "aria-hidden": "true" },
    h("path", { d: shapes[phase] ?? shapes.queued }));
}

/// Shape and word of a phase.
export function phaseBadge(phase) {
  return h("span", { class: `badge is-${phase}` }, phaseIcon(phase), h("span", {}, phase));
}

/// An outcome in words: exit 2, signal 9, timed out, lost: why.
export function outcomeWords(outcome) {
  if (!outcome) return "";
  switch (outcome.kind) {
    case "exited":
      if (outcome.tooShort) return `exit ${outcome.code}, too short`;
      return `exit ${outcome.code}`;
    case "signalled": return `signal ${outcome.signal}${signalName(outcome.signal)}`;
    case "timedOut": return `timed out${because(outcome)}`;
    case "notStarted": return `not started${because(outcome)}`;
    case "cancelled": return `cancelled${because(outcome)}`;
    case "lost": return `lost${because(outcome)}`;
    default: return `${outcome.kind}${because(outcome)}`;
  }
}

function because(outcome) {
  return outcome.reason ? `: ${outcome.reason}` : "";
}

const signalNames = {
  1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 11: "SEGV",
  13: "PIPE", 14: "ALRM", 15: "TERM", 24: "XCPU", 25: "XFSZ",
};

function signalName(number) {
  return signalNames[number] ? ` (${signalNames[number]})` : "";
}

/// Shape and words of an outcome.
export function outcomeMark(outcome) {
  const shape =
    outcome.kind === "cancelled" ? "cancelled" : outcome.succeeded ? "succeeded" : "failed";
  return h("span", { class: `outcome is-${shape}` },
    phaseIcon(shape), h("span", {}, outcomeWords(outcome)));
}

/// A command as one would type it.
export function commandText(command) {
  if (typeof command === "string") return command;
  return (command ?? []).map(quoted).join(" ");
}

function quoted(word) {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/// A value as text: strings as they are, others as JSON.
export function valueText(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/// A count with separators that cannot be taken for a decimal point.
export function countText(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/// A size in bytes, rounded.
export function sizeText(bytes) {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let size = bytes;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 || size >= 10 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
