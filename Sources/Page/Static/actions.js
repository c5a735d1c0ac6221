// What the caller may do with a job: cancel, rerun, hold, release. A button is there only for who
// may, enabled only where it is possible, and acts on what is on the screen: if the job has changed
// meanwhile, nothing happens.

import { announce } from "./notices.js";
import { mayRun } from "./header.js";
import { jobPath, send } from "./service.js";
import { h, patch } from "./tree.js";
import { activePhases, finalPhases } from "./words.js";

const kinds = [
  {
    name: "cancel", text: "Cancel…", done: "asked to stop",
    isPossible: (job) => !finalPhases.has(job.phase), why: "It has ended.",
  },
  {
    name: "rerun", text: "Rerun", done: "queued for another run",
    isPossible: (job) => job.job.canReRun !== false &&
      (finalPhases.has(job.phase) || (job.phase === "waiting" && (job.job.quartzDef || job.job.fileTrigger))),
    why: "Only a job that has ended or waits for its schedule runs again.",
  },
  {
    name: "hold", text: "Hold", done: "held",
    isPossible: (job) => !finalPhases.has(job.phase) && job.phase !== "held" && !job.holdRequested,
    why: "It has ended, or is held already.",
  },
  {
    name: "release", text: "Release", done: "released",
    isPossible: (job) => job.phase === "held" || job.holdRequested === true, why: "It is not held.",
  },
];

/// The actions of one job's view.
export class Actions {
  constructor(view, context) {
    this.view = view;
    this.context = context;
    this.isBusy = false;
  }

  /// The buttons; none for who may only read.
  buttons() {
    if (!mayRun(this.context.summary)) return [];
    return kinds.map((kind) => {
      const isPossible = kind.isPossible(this.view.job);
      return h("button", {
        key: kind.name, type: "button", class: kind.name,
        // Not `disabled`: a button that is in focus when it becomes so would lose it.
        "aria-disabled": isPossible && !this.isBusy ? null : "true",
        title: isPossible ? null : kind.why,
        onclick: () => {
          if (!isPossible || this.isBusy) return;
          if (kind.name === "cancel") this.ask(kind);
          else this.act(kind, tag(this.view.job));
        },
      }, kind.text);
    });
  }

  /// Asks why to cancel, and what.
  ask(kind) {
    const { job } = this.view;
    const shown = tag(job);
    const canStopRun = activePhases.has(job.phase);
    this.close();
    const dialog = document.createElement("dialog");
    this.dialog = dialog;
    dialog.setAttribute("aria-labelledby", "cancel-heading");
    patch(dialog, [
      h("form", { method: "dialog", onsubmit: (event) => {
        event.preventDefault();
        const { reason, onlyRun } = event.target.elements;
        const document = {};
        if (reason.value.trim()) document.reason = reason.value.trim();
        if (onlyRun?.checked) document.onlyRun = true;
        this.close();
        this.act(kind, shown, document);
      } },
        h("h2", { id: "cancel-heading" }, `Cancel ${job.name} #${job.number}?`),
        h("p", {}, effect(job)),
        h("label", {}, "Reason", h("input", {
          name: "reason", type: "text", maxlength: "500", autocomplete: "off", autofocus: true,
        })),
        canStopRun && h("label", { class: "check" },
          h("input", { name: "onlyRun", type: "checkbox" }),
          " this run only: the job goes on with its next firing"),
        h("div", { class: "actions" },
          h("button", { type: "submit", class: "cancel" }, "Cancel the job"),
          h("button", { type: "button", onclick: () => this.close() }, "Leave it alone"))),
    ]);
    dialog.addEventListener("close", () => this.close());
    document.body.append(dialog);
    dialog.showModal();
  }

  /// Takes the dialog away.
  close() {
    const { dialog } = this;
    this.dialog = null;
    if (dialog?.open) dialog.close();
    dialog?.remove();
  }

  async act(kind, shown, document) {
    const { view } = this;
    const name = `${view.job.name} #${view.job.number}`;
    this.setBusy(true);
    try {
      view.job = await send(
        jobPath(view.id, kind.name), document, { "If-Match": shown });
      announce(`${name} is ${doneText(kind, view.job)}.`);
    } catch (error) {
      if (error.status === undefined) throw error;
      announce(refusalText(error, kind, name), "bad");
    }
    this.setBusy(false);
    this.context.refresh();
  }

  setBusy(isBusy) {
    this.isBusy = isBusy;
    // The reader may have gone elsewhere while the answer was on its way.
    if (!this.view.isLeft) this.view.show();
  }
}

/// What is on the screen, for the service to compare: as in the ETag of the job.
function tag(job) {
  return `"${job.revision}-${job.phase}"`;
}

function effect(job) {
  if (!activePhases.has(job.phase)) return "It will not run any more.";
  if (job.phase === "running" || job.phase === "starting") {
    return "Its command is asked to stop, and the job does not run any more.";
  }
  return "The run that is due does not start, and the job does not run any more.";
}

function doneText(kind, job) {
  if (kind.name === "cancel" && job.phase === "cancelled") return "cancelled";
  if (kind.name === "hold" && job.holdRequested) return "to be held after this run";
  return kind.done;
}

function refusalText(error, kind, name) {
  if (error.status === 412) {
    return `${name} has changed since it was shown here, so nothing was done. ` +
      "Look at it as it is now, and try again.";
  }
  if (error.status === 409) return `${kind.name} of ${name} is not possible: ${error.message}.`;
  if (error.status === 0) {
    return `No answer from jobrun serve: it is not known whether ${kind.name} came through.`;
  }
  return `${kind.name} of ${name}: ${error.message}.`;
}
