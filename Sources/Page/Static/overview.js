// What is running, what comes next, what failed: the first look.

import { jobLink, link } from "./route.js";
import { read } from "./service.js";
import { elapsed, relativeTime, time, zoneName } from "./time.js";
import { h, patch } from "./tree.js";
import { countText, outcomeMark, phaseBadge, phaseIcon, phases } from "./words.js";

const length = 10;
const fields =
  "id,number,name,phase,message,nextRun,startedAt,percentCompleted,progressText,lastOutcome";

/// The overview.
export class OverviewView {
  constructor(main, context) {
    this.main = main;
    this.context = context;
    this.name = "overview";
    this.title = "";
  }

  async read(signal) {
    const list = (query) => read("/v1/jobs", { fields, ...query }, signal);
    const [running, next, failed] = await Promise.all([
      list({ phase: ["running", "starting"], limit: length }),
      list({ order: "next", phase: ["waiting", "queued", "backoff"], limit: length }),
      // Not by phase: a job with a schedule waits again after a failure.
      list({ order: "ended", outcome: "failed", limit: length }),
    ]);
    this.running = running.jobs;
    this.next = next.jobs;
    this.failed = failed.jobs;
  }

  show() {
    patch(this.main, [
      h("h1", { tabindex: "-1", class: "unseen" }, "Overview"),
      this.context.summary && counts(this.context.summary.jobs),
      this.running ? h("div", { class: "columns" }, this.columns())
        : h("p", { class: "reading" }, "Reading…"),
    ]);
  }

  columns() {
    const { jobs } = this.context.summary;
    if (Object.values(jobs).every((count) => count === 0)) return [nothingYet()];
    return [
      column("running", "Running now", this.running.map(runningItem), "Nothing is running.",
        more(jobs.running + jobs.starting, this.running.length,
          link(["jobs"], { phase: ["running", "starting"] }))),
      column("next", "Next", this.next.map(nextItem), "Nothing is planned.",
        h("a", { href: link(["jobs"], { order: "next" }) }, "All that is to come")),
      column("failed", "Failed recently", this.failed.map(failedItem), "Nothing has failed.",
        more(jobs.failed, 0, link(["jobs"], { phase: "failed", order: "ended" }))),
    ];
  }
}

function counts(jobs) {
  return h("ul", { class: "counts", "aria-label": "Jobs by phase" },
    phases.map((phase) => h("li", { key: phase },
      h("a", { href: link(["jobs"], { phase }), class: jobs[phase] ? `is-${phase}` : "none" },
        phaseIcon(phase),
        h("span", { class: "count" }, countText(jobs[phase] ?? 0)),
        h("span", { class: "of" }, phase)))));
}

function nothingYet() {
  return h("section", { key: "none", class: "panel nothing" },
    h("h2", {}, "No jobs yet"),
    h("p", {}, "In a terminal, submit one:"),
    h("pre", {}, "jobrun submit -- true"),
    h("p", {}, "and let a daemon run it:"),
    h("pre", {}, "jobrun daemon"));
}

function column(key, heading, items, empty, footer) {
  return h("section", { key, class: "panel", "aria-labelledby": `head-${key}` },
    h("h2", { id: `head-${key}` }, heading),
    items.length > 0 ? h("ul", { key: "items", class: "items" }, items)
      : h("p", { key: "empty", class: "empty" }, empty),
    footer && h("p", { key: "footer", class: "footer" }, footer));
}

function more(count, shown, href) {
  return count > shown ? h("a", { href }, `All ${countText(count)}`) : null;
}

function item(job, aside, ...below) {
  return h("li", { key: job.id },
    h("div", { class: "line" },
      h("a", { class: "name", href: jobLink(job.id), title: job.name }, job.name),
      h("span", { class: "number" }, `#${job.number}`),
      h("span", { class: "aside" }, aside)),
    below);
}

function runningItem(job) {
  const percent = job.percentCompleted;
  return item(job, job.startedAt ? elapsed(job.startedAt) : phaseBadge(job.phase),
    percent !== undefined && h("div", { class: "progress" },
      h("progress", { max: "100", value: percent, "aria-label": `Progress of ${job.name}` }),
      h("span", {}, `${percent} %`)),
    h("p", { class: "detail" }, h("span", {}, job.progressText ?? job.message),
      job.startedAt && h("span", {}, "since ", time(job.startedAt))));
}

function nextItem(job) {
  return item(job, job.nextRun && relativeTime(job.nextRun),
    h("p", { class: "detail" },
      job.phase !== "waiting" && phaseBadge(job.phase),
      job.nextRun && h("span", {}, time(job.nextRun), ` ${zoneName(job.nextRun)}`)));
}

function failedItem(job) {
  const outcome = job.lastOutcome;
  return item(job, relativeTime(outcome.endedAt),
    h("p", { class: "detail" }, outcomeMark(outcome), time(outcome.endedAt),
      job.phase !== "failed" && h("span", {}, "now ", phaseBadge(job.phase))));
}
