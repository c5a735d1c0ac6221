// The log of a run, live: it goes on while the run does, scrolls along until the reader scrolls up,
// and keeps the last lines only.

import { readLog } from "./logstream.js";
import { currentRoute, replaceQuery } from "./route.js";
import { address, jobPath } from "./service.js";
import { h } from "./tree.js";
import { activePhases, countText } from "./words.js";

const mostLines = 2000;

/// The log part of a job's view.
export class LogView {
  /// `changed` is called when the reader has chosen another log.
  constructor(id, changed) {
    this.id = id;
    this.changed = changed;
    this.isFollowing = true;
    this.note = "";
    document.addEventListener("visibilitychange", this.look);
  }

  /// What the address asks for.
  query() {
    const { query } = currentRoute();
    return { run: query.get("run") ?? "", stream: query.get("stream") ?? this.ownStream ?? "stdout" };
  }

  /// Takes over a newer state of the job, or another address.
  follow(job = this.job) {
    this.job = job;
    if (job) this.load();
  }

  close() {
    document.removeEventListener("visibilitychange", this.look);
    this.reading?.abort();
  }

  /// A page that nobody sees holds no connection; when it is seen again, it begins anew.
  look = () => {
    if (document.hidden) {
      if (this.isReading) {
        this.reading.abort();
        this.shown = null;
      }
    } else {
      this.follow();
    }
  };

  section() {
    const { run, stream } = this.query();
    const runs = this.runs();
    const pick = (change) => {
      this.ownStream = undefined;
      replaceQuery({ run, stream, ...change });
      this.follow();
      this.changed();
    };
    return h("section", { key: "log", id: "log", class: "panel", "aria-labelledby": "head-log" },
      h("div", { class: "loghead" },
        h("h2", { id: "head-log" }, "Log"),
        h("label", {}, "Run ", h("select", {
          name: "run", value: run, onchange: (event) => pick({ run: event.target.value }),
        },
          h("option", { key: "", value: "" }, "latest"),
          runs.map((number) => h("option", { key: number, value: String(number) }, String(number))))),
        h("label", {}, "Stream ", h("select", {
          name: "stream", value: stream, onchange: (event) => pick({ stream: event.target.value }),
        }, ["stdout", "stderr"].map((name) => h("option", { key: name, value: name }, name)))),
        h("label", { class: "check" }, h("input", {
          type: "checkbox", name: "follow", checked: this.isFollowing,
          onchange: (event) => this.setFollowing(event.target.checked),
        }), " follow"),
        h("a", { class: "whole", target: "_blank", rel: "noopener",
          href: address(jobPath(this.id, "logs"), { stream, run }) }, "Whole log")),
      h("pre", { class: "log", tabindex: "0", role: "region", "aria-label": `Log, ${stream}`,
        onscroll: () => this.scrolled() }),
      h("p", { class: "soft lognote" }, this.note));
  }

  runs() {
    const { job } = this;
    const numbers = new Set((job?.history ?? []).map((attempt) => attempt.run));
    if (job?.attempt && job.phase !== "queued") numbers.add(job.attempt.run);
    const { run } = this.query();
    if (/^\d+$/.test(run)) numbers.add(Number(run));
    return [...numbers].sort((one, other) => other - one);
  }

  /// Called once the section is in the document.
  attach() {
    const section = document.getElementById("log");
    this.box = section.querySelector("pre");
    this.noteBox = section.querySelector(".lognote");
    this.checkBox = section.querySelector("input");
    if (this.waiting) {
      const load = this.waiting;
      this.waiting = null;
      load();
    }
  }

  load() {
    if (document.hidden) return;
    const { job } = this;
    const number = Number(this.query().run) || Math.max(0, ...this.runs());
    // That another run has written on standard error alone says nothing of this one.
    if (number !== this.number) this.ownStream = undefined;
    this.number = number;
    const { stream } = this.query();
    const isOver = !activePhases.has(job.phase) || job.attempt?.run !== number;
    const wanted = `${number} ${stream}`;
    // What is followed comes to its end by itself; what had ended may have gone on with a retry.
    if (wanted === this.shown && (isOver || !this.wasOver)) return;
    this.shown = wanted;
    this.wasOver = isOver;
    // The same log again, after a break: the reader is where they were.
    if (wanted !== this.known) this.isFollowing = true;
    this.known = wanted;
    this.reading?.abort();
    const reading = this.reading = new AbortController();
    const start = () => this.read(number, stream, isOver, reading);
    if (this.box) start();
    else this.waiting = start;
  }

  async read(run, stream, isOver, reading) {
    let place = this.isFollowing ? null : this.box.scrollTop;
    this.box.replaceChildren();
    this.dropped = 0;
    this.partial = null;
    if (run === 0) return this.tell("It has not run yet.");
    this.tell("Reading…");
    this.isReading = true;
    const query = { run, stream, lines: mostLines, follow: isOver ? null : "true" };
    try {
      await readLog(jobPath(this.id, "logs"), query, reading.signal, (lines, partial) => {
        this.append(lines, partial, isOver);
        if (place !== null && !this.isFollowing) this.box.scrollTop = place;
        place = null;
      });
      this.tell(this.extent(isOver ? "" : " The run has ended."));
      if (this.box.childNodes.length === 0) await this.tryOther(run, stream, reading);
    } catch (error) {
      if (error.name === "AbortError" || reading.signal.aborted) return;
      this.tell(error.status === 404 ? "This run has no log (any more)."
        : `The log broke off: ${error.message ?? "no answer"}. It is read again soon.`);
      // Read again with the next answer about the job.
      if (error.status !== 404) this.shown = null;
    } finally {
      if (this.reading === reading) this.isReading = false;
    }
  }

  /// Many commands that fail say why on standard error alone.
  async tryOther(run, stream, reading) {
    this.tell(`Nothing on ${stream}.`);
    if (stream === "stderr" || currentRoute().query.get("stream")) return;
    let isEmpty = true;
    await readLog(jobPath(this.id, "logs"), { run, stream: "stderr", lines: 1 }, reading.signal,
      () => { isEmpty = false; });
    if (reading.signal.aborted) return;
    if (isEmpty) return this.tell("Nothing on stdout, nothing on stderr.");
    this.ownStream = "stderr";
    const select = document.querySelector("#log select[name=stream]");
    select.value = "stderr";
    this.shown = this.known = `${run} stderr`;
    await this.read(run, "stderr", true, reading);
  }

  append(lines, partial, isOver) {
    const { box } = this;
    // Scrolled up since the last lines came, and the event that tells of it is still on its way.
    if (this.isFollowing && box.scrollTop < this.top - 8 && !this.isAtEnd()) {
      this.setFollowing(false);
    }
    this.partial?.remove();
    this.partial = null;
    const kept = lines.slice(-mostLines);
    this.dropped += lines.length - kept.length;
    box.append(...kept.map(lineNode));
    if (partial) {
      this.partial = lineNode(partial);
      box.append(this.partial);
    }
    while (box.childNodes.length > mostLines) {
      box.firstChild.remove();
      this.dropped += 1;
    }
    if (this.isFollowing) this.scrollDown();
    this.tell(this.extent(isOver ? "" : " More comes as it is written."));
  }

  extent(tail) {
    const count = this.box.childNodes.length;
    if (count === 0) return `Nothing yet.${tail}`;
    const isAll = this.dropped === 0 && count < mostLines;
    const lines = count === 1 ? "1 line" : `${countText(count)} lines`;
    return `${isAll ? lines : `The last ${lines}; the whole log has more`}.${tail}`;
  }

  tell(text) {
    this.note = text;
    if (this.noteBox.firstChild) this.noteBox.firstChild.data = text;
    else this.noteBox.append(text);
  }

  scrollDown() {
    this.box.scrollTop = this.box.scrollHeight;
    this.top = this.box.scrollTop;
  }

  isAtEnd() {
    const { box } = this;
    return box.scrollHeight - box.scrollTop - box.clientHeight < 8;
  }

  /// Up: the reader wants to stay there. At the end again: it may go on.
  scrolled() {
    const { box } = this;
    if (!box.firstChild) return;
    const isAtEnd = this.isAtEnd();
    if (isAtEnd !== this.isFollowing) this.setFollowing(isAtEnd);
  }

  setFollowing(isFollowing) {
    this.isFollowing = isFollowing;
    this.checkBox.checked = isFollowing;
    if (isFollowing) this.scrollDown();
  }
}

function lineNode(text) {
  const node = document.createElement("span");
  node.textContent = text;
  return node;
}
