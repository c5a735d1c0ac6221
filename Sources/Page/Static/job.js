// One job: what it is, where it stands and why, its runs, what comes, and what it has written.

import { Actions } from "./actions.js";
import { decisions, facts, outputs } from "./facts.js";
import { firings } from "./firings.js";
import { runs } from "./history.js";
import { LogView } from "./logview.js";
import { jobPath, read } from "./service.js";
import { elapsed, relativeTime, time } from "./time.js";
import { h, patch } from "./tree.js";
import { activePhases, finalPhases, phaseBadge, sizeText } from "./words.js";

const firingCount = 6;

/// The view of a job.
export class JobView {
  constructor(main, id, context) {
    this.main = main;
    this.id = id;
    this.context = context;
    this.name = "jobs";
    this.title = "Job";
    this.actions = new Actions(this, context);
    this.log = new LogView(id, () => this.show());
  }

  isConcerned(event) {
    return event.id === undefined || event.id === this.id;
  }

  follow() {
    this.log.follow();
    this.show();
    this.main.querySelector("#log")?.scrollIntoView();
  }

  leave() {
    this.isLeft = true;
    this.actions.close();
    this.log.close();
  }

  async read(signal) {
    try {
      const job = await read(jobPath(this.id), {}, signal);
      const [next, files] = await Promise.all([
        finalPhases.has(job.phase) || !job.job.quartzDef ? null
          : read(jobPath(this.id, "next"), { count: firingCount }, signal),
        job.runs || job.attempt ? read(jobPath(this.id, "artifacts"), {}, signal) : null,
      ].map((part) => Promise.resolve(part).catch(nothingIfRefused)));
      Object.assign(this, { job, next, files, isGone: false, title: `${job.name} #${job.number}` });
      this.log.follow(job);
    } catch (error) {
      if (error.status !== 404) throw error;
      this.isGone = true;
    }
  }

  show() {
    const { job } = this;
    // An action may be answered once the reader is elsewhere.
    if (this.isLeft) return;
    if (this.isGone) return patch(this.main, gone(this.id));
    if (!job) {
      return patch(this.main, [
        h("div", { key: "head", class: "head" }, h("h1", { tabindex: "-1" }, "Job")),
        h("p", { key: "reading", class: "reading" }, "Reading…"),
      ]);
    }
    patch(this.main, [
      h("div", { key: "head", class: "head" },
        h("h1", { tabindex: "-1" }, job.name, " ", h("span", { class: "number" }, `#${job.number}`)),
        phaseBadge(job.phase),
        h("div", { class: "actions" }, this.actions.buttons())),
      h("div", { key: "standing", class: "message" }, standing(job)),
      h("div", { key: "columns", class: "halves" },
        h("div", { class: "wide" },
          this.log.section(),
          runs(job, this)),
        h("div", { class: "narrow" },
          firings(job, this.next),
          outputs(job),
          artifacts(job, this.files),
          decisions(job),
          facts(job))),
    ]);
    this.log.attach();
  }
}

function nothingIfRefused(error) {
  // A job that has just ended has no firings, one that was purged no files.
  if (error.status === 404 || error.status === 409 || error.status === 400) return null;
  throw error;
}

function gone(id) {
  return [
    h("div", { key: "head", class: "head" }, h("h1", { tabindex: "-1" }, "No such job")),
    h("p", {}, "There is no job ", h("code", {}, id),
      ": it has been purged, or the address is wrong."),
    h("p", {}, h("a", { href: "#/jobs" }, "All jobs")),
  ];
}

function standing(job) {
  const percent = job.percentCompleted;
  const file = job.attempt?.file ?? job.lastFile;
  const isActive = activePhases.has(job.phase);
  return [
    h("p", {}, job.progressText && isActive ? job.progressText : plainMessage(job)),
    isActive && percent !== undefined && h("div", { key: "progress", class: "progress" },
      h("progress", { max: "100", value: percent, "aria-label": "Progress" }),
      h("span", {}, `${percent} %`)),
    h("p", { key: "times", class: "soft" }, times(job)),
    job.reason && !job.message.includes(job.reason) && h("p", { key: "reason" }, "Why: ", job.reason),
    job.cancelRequest && h("p", { key: "cancel" }, job.cancelRequest.onlyRun
      ? "This run has been asked to stop" : "It has been asked to stop",
      job.cancelRequest.reason && `: ${job.cancelRequest.reason}`),
    job.holdRequested && h("p", { key: "hold" }, "It will be held after this run."),
    file && h("p", { key: "file" }, "For the file ", h("code", {}, file.movedTo ?? file.path)),
    job.fileTrouble && h("p", { key: "files" }, job.fileTrouble),
  ];
}

/// The message, without the instant in UTC that is shown as local time below.
function plainMessage(job) {
  return job.nextRun ? job.message.replace(`its next run is at ${job.nextRun}`, "waits for its next run")
    : job.message;
}

function times(job) {
  if (job.startedAt && !finalPhases.has(job.phase)) {
    return ["running for ", elapsed(job.startedAt), ", since ", time(job.startedAt),
      job.pid && ` (process ${job.pid})`];
  }
  if (job.finishedAt) return ["ended ", time(job.finishedAt), ", ", relativeTime(job.finishedAt)];
  if (job.nextRun) return ["next run ", time(job.nextRun), ", ", relativeTime(job.nextRun)];
  return ["submitted ", time(job.submittedAt), ", ", relativeTime(job.submittedAt)];
}

function artifacts(job, files) {
  if (!files || files.artifacts.length === 0) return null;
  return h("section", { key: "artifacts", class: "panel" },
    h("h2", {}, "Artifacts"),
    h("p", { class: "soft" }, `of run ${files.run}`),
    h("ul", { class: "files" }, files.artifacts.map(({ name, size }) =>
      h("li", { key: name },
        h("a", { href: `${jobPath(job.id, "artifacts", name)}?run=${files.run}`, download: "" },
          name),
        " ", h("span", { class: "soft" }, sizeText(size))))));
}
