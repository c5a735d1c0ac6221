// The coming firings of a job: in this browser's time and in the job's own zone, with those that
// rules take away, and what daylight saving makes of them.

import { localZone, relativeTime, time, timeText, zoneName } from "./time.js";
import { h } from "./tree.js";
import { finalPhases } from "./words.js";

/// The section; nothing for a job that has no firings to come.
export function firings(job, next) {
  if (finalPhases.has(job.phase) || !job.job.quartzDef || !next) return null;
  const entries = [
    ...next.fires.map((at) => ({ at, rule: next.daylightSaving?.[at] })),
    ...(next.removed ?? []).map((removal) => ({ at: removal.from, removal })),
  ].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return h("section", { key: "firings", class: "panel" },
    h("h2", {}, "Coming firings"),
    job.phase === "held" && h("p", { key: "held", class: "soft" }, "Held: none of these starts a run."),
    entries.length === 0 ? h("p", { key: "none", class: "empty" }, "No more firings.")
      : h("ol", { key: "list", class: "firings" }, entries.map((entry) =>
        entry.removal ? removed(entry.removal, job.job.timeZone)
          : firing(entry, job.job.timeZone))));
}

function firing({ at, rule }, zone) {
  return h("li", { key: at },
    h("div", {}, time(at), ` ${zoneName(at)} `, h("span", { class: "soft" }, relativeTime(at))),
    ownTime(at, zone),
    rule && h("div", { key: "rule", class: "note" }, `daylight saving: ${rule}`));
}

function ownTime(at, zone) {
  if (!zone || zone === localZone || timeText(at, zone) === timeText(at)) return null;
  return h("div", { key: "own", class: "soft" }, `${timeText(at, zone)} ${zone}`);
}

function removed({ from, to, count, rule }, zone) {
  return h("li", { key: `removed ${from}`, class: "removed" },
    h("div", {}, h("s", {}, time(from)), ` removed by ${rule}`),
    ownTime(from, zone),
    to && to !== from && h("div", { key: "to", class: "soft" },
      count > 1 ? `and ${count - 1} after it, to ` : "and those after it, to ", time(to)));
}
