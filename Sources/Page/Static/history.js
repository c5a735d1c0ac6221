// The runs of a job that have ended: outcome, duration, and a bar that compares durations.

import { durationText, time } from "./time.js";
import { jobLink } from "./route.js";
import { h } from "./tree.js";
import { outcomeMark } from "./words.js";

// As many are shown at first.
const fewRows = 8;

/// The section with the table of runs, latest first. `view.showsAll` is whether all are shown.
export function runs(job, view) {
  const attempts = [...(job.history ?? [])].reverse();
  const shown = view.showsAll ? attempts : attempts.slice(0, fewRows);
  const longest = Math.max(1, ...attempts.map((attempt) => duration(attempt) ?? 0));
  return h("section", { key: "history", class: "panel", "aria-labelledby": "head-history" },
    h("h2", { id: "head-history" }, "History"),
    attempts.length === 0 ? h("p", { key: "none", class: "empty" }, "No run has ended yet.")
      : [
        h("p", { key: "summary", class: "soft" }, summaryText(attempts)),
        h("table", { key: "table", class: "history cards" },
          h("thead", {}, h("tr", {},
            ["Run", "Outcome", "Started", "Duration", "Log"].map((text) =>
              h("th", { scope: "col" }, text)))),
          h("tbody", {}, shown.map((attempt) => row(job, attempt, longest, view.log)))),
        attempts.length > fewRows && h("button", {
          key: "more", type: "button", class: "more", "aria-expanded": String(view.showsAll === true),
          onclick: () => {
            view.showsAll = !view.showsAll;
            view.show();
          },
        }, view.showsAll ? `Show the last ${fewRows}` : `Show all ${attempts.length}`),
      ]);
}

function summaryText(attempts) {
  const good = attempts.filter((attempt) => attempt.succeeded);
  const times = good.map(duration).filter((span) => span !== undefined).sort((a, b) => a - b);
  const usual = times.length > 2
    ? `; those usually take ${durationText(times[Math.floor(times.length / 2)])}` : "";
  const last = attempts.length === 20 ? "the last 20 attempts" : `${attempts.length} attempts`;
  return attempts.length === 1 ? "One attempt." : `Of ${last} ${good.length} succeeded${usual}.`;
}

function row(job, attempt, longest, log) {
  const cell = (label, ...content) => h("td", { "data-label": label }, content);
  const span = duration(attempt);
  const name = `${attempt.run}${attempt.attempt > 1 ? `, attempt ${attempt.attempt}` : ""}`;
  return h("tr", { key: `${attempt.run} ${attempt.attempt}` },
    h("th", { scope: "row", "data-label": "Run" }, name),
    cell("Outcome", outcomeMark(attempt),
      attempt.leftovers && h("span", { class: "note" }, " left processes behind")),
    cell("Started", attempt.startedAt ? time(attempt.startedAt) : "–",
      attempt.rule && h("div", { class: "note" }, attempt.rule)),
    cell("Duration", h("div", { class: "duration" },
      h("span", {}, span === undefined ? "–" : durationText(span)),
      bar(span, longest, attempt.succeeded))),
    cell("Log", attempt.startedAt
      ? h("a", { href: jobLink(job.id, { run: attempt.run, stream: log.query().stream }),
        "aria-label": `Log of run ${attempt.run}` }, "show") : "–"));
}

function duration(attempt) {
  return attempt.startedAt ? Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt) : undefined;
}

/// A bar of the duration; hatched, not only of another colour, where the run did not succeed.
function bar(span, longest, succeeded) {
  const width = Math.max(1, Math.round((span ?? 0) / longest * 100));
  return h("svg", { class: succeeded ? "bar" : "bar hatched", viewBox: "0 0 100 8",
    preserveAspectRatio: "none", "aria-hidden": "true" },
    span === undefined ? null : h("rect", { x: "0", y: "1", width, height: "6" }));
}
