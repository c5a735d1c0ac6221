// What a job is, what it has put out, and the decisions about it with their reasons.

import { relativeTime, time } from "./time.js";
import { h } from "./tree.js";
import { commandText, valueText } from "./words.js";

// Keys of a document that are told in words of their own, or elsewhere on the page.
const toldElsewhere = new Set([
  "command", "name", "description", "quartzDef", "timeZone", "model", "values", "createdBy", "umask",
]);

/// What the job is: its document, the important keys first.
export function facts(job) {
  const document = job.job;
  const rows = [
    ["Command", h("code", { class: "command" }, commandText(document.command))],
    document.description && ["Description", document.description],
    ["Schedule", scheduleOf(document)],
    document.quartzDef && ["Time zone", document.timeZone],
    document.model && ["Model", document.model],
    ...Object.entries(document.values ?? {}).map(([name, value]) =>
      [`Value ${name}`, valueText(value)]),
    ...Object.entries(document).filter(([key]) => !toldElsewhere.has(key)).map(([key, value]) =>
      [h("code", {}, key), listText(value)]),
    document.createdBy && ["Submitted by", document.createdBy],
    ["Submitted", time(job.submittedAt)],
    ["Id", h("code", {}, job.id)],
  ].filter(Boolean);
  return h("section", { key: "facts", class: "panel" },
    h("h2", {}, "What it is"),
    h("dl", { class: "facts" }, rows.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])));
}

function scheduleOf(document) {
  if (document.quartzDef) return h("code", {}, document.quartzDef);
  return document.fileTrigger ? "for each file that comes" : "once";
}

function listText(value) {
  const isPlain = Array.isArray(value) && value.every((one) => typeof one === "string");
  return isPlain ? value.join(", ") : valueText(value);
}

/// Outputs of the latest attempt.
export function outputs(job) {
  const entries = Object.entries(job.outputs ?? {});
  if (entries.length === 0) return null;
  return h("section", { key: "outputs", class: "panel" },
    h("h2", {}, "Outputs"),
    h("dl", { class: "facts" }, entries.map(([name, value]) =>
      [h("dt", {}, h("code", {}, name)), h("dd", { class: "value" }, value)])));
}

/// Why the job stands where it stands: the latest decision first.
export function decisions(job) {
  const latest = [...(job.decisions ?? [])].reverse();
  return h("section", { key: "decisions", class: "panel", "aria-labelledby": "head-decisions" },
    h("h2", { id: "head-decisions" }, "Why"),
    h("ol", { class: "decisions", tabindex: "0", "aria-labelledby": "head-decisions" },
      latest.map((decision, index) =>
        h("li", { key: `${decision.at} ${latest.length - index} ${decision.reason}` },
          h("div", {}, h("b", {}, decision.what), " ",
            h("span", { class: "soft" }, time(decision.at), ", ", relativeTime(decision.at))),
          h("div", {}, decision.reason, decision.by && ` (by ${decision.by})`)))));
}
