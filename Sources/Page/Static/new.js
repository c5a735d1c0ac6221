// A new job from a model: the model's parameters as a form. It is submitted under a key of its own,
// so that a second click, or a second try after an answer that was lost, starts nothing twice.

import { mayRun } from "./header.js";
import { newKey } from "./key.js";
import { announce } from "./notices.js";
import { ParameterFault, parameterField, valueOf } from "./parameter.js";
import { currentRoute, jobLink, link } from "./route.js";
import { read, send } from "./service.js";
import { h, patch } from "./tree.js";

/// The form.
export class NewView {
  constructor(main, context) {
    this.main = main;
    this.context = context;
    this.name = "new";
    this.title = "New job";
    this.model = currentRoute().query.get("model") ?? "";
    this.key = newKey();
  }

  isConcerned() {
    return false;
  }

  follow(route) {
    this.choose(route.query.get("model") ?? "");
  }

  leave() {
    this.isLeft = true;
  }

  choose(model) {
    this.model = model;
    this.key = newKey();
    this.fault = null;
    this.show();
  }

  async read(signal) {
    this.models = (await read("/v1/models", {}, signal)).models;
  }

  show() {
    patch(this.main, [
      h("h1", { tabindex: "-1" }, "New job from a model"),
      this.content(),
    ]);
  }

  content() {
    const { models } = this;
    const { summary } = this.context;
    if (summary && !mayRun(summary)) {
      return h("p", { key: "role", class: "empty" }, "Starting jobs needs the role run.");
    }
    if (!models) return h("p", { key: "reading", class: "reading" }, "Reading…");
    if (models.length === 0) {
      return h("p", { key: "none", class: "empty" }, "There are no models yet. One is a file ",
        h("code", {}, "models/NAME.json"), " in the spool; see jobrun-job(5).");
    }
    const model = models.find((one) => one.name === this.model);
    return [
      h("div", { key: "pick", class: "field" },
        h("label", { for: "model" }, "Model"),
        h("select", {
          id: "model", value: model ? this.model : "",
          onchange: (event) => { location.hash = link(["new"], { model: event.target.value }); },
        },
          h("option", { key: "", value: "" }, "choose one"),
          models.map(({ name }) => h("option", { key: name, value: name }, name)))),
      model ? this.form(model) : choices(models),
    ];
  }

  form(model) {
    const parameters = model.parameters ?? [];
    return h("form", { key: `form ${model.name}`, class: "new", onsubmit: (event) => {
      event.preventDefault();
      this.submit(model, event.target);
    } },
      model.description && h("p", { key: "description" }, model.description),
      this.fault && h("p", { key: "fault", class: "fault", role: "alert" }, this.fault.text),
      parameters.length === 0 && h("p", { key: "plain", class: "soft" }, "It takes no values."),
      parameters.map((parameter) => parameterField(parameter, this.fault?.name)),
      h("div", { key: "own name", class: "field" },
        h("label", { for: "own-name" }, "Name of the job ", h("span", { class: "soft" }, "may be left out")),
        h("input", { id: "own-name", name: "own-name", type: "text", maxlength: "200",
          autocomplete: "off", placeholder: model.name })),
      h("div", { key: "actions", class: "actions" },
        h("button", { type: "submit", class: "primary", "aria-disabled": this.isBusy ? "true" : null },
          "Submit")));
  }

  async submit(model, form) {
    if (this.isBusy) return;
    let document;
    try {
      document = documentOf(model, form);
    } catch (error) {
      if (!(error instanceof ParameterFault)) throw error;
      return this.refuse(error.parameter, error.message);
    }
    this.setBusy(true);
    try {
      const job = await send("/v1/jobs", document, { "Idempotency-Key": this.key });
      const words = `${job.name} #${job.number} is submitted.`;
      if (this.isLeft) return announce(words);
      // In the view of the job: another view begins without words about the one before.
      addEventListener("hashchange", () => announce(words), { once: true });
      location.hash = jobLink(job.id);
    } catch (error) {
      if (error.status === undefined) throw error;
      this.explain(error, model);
    }
    this.setBusy(false);
  }

  explain(error, model) {
    if (error.status === 422) {
      return this.refuse(null, `This form has been submitted already, with other values, as job ` +
        `${this.key}. Reload the page for another one.`);
    }
    if (error.status === 0) {
      return this.refuse(null, "No answer from jobrun serve. Submit again: " +
        "it is not started twice.");
    }
    const { field } = error.problem;
    const name = (model.parameters ?? []).find((one) =>
      one.name === field || `values.${one.name}` === field)?.name;
    this.refuse(name, `${field && !name ? `${field}: ` : ""}${error.message}`);
  }

  refuse(name, text) {
    if (this.isLeft) return announce(text, "bad");
    this.fault = { name, text };
    this.show();
    if (name) this.main.querySelector("[aria-invalid]")?.focus();
  }

  setBusy(isBusy) {
    this.isBusy = isBusy;
    if (isBusy) this.fault = null;
    if (!this.isLeft) this.show();
  }
}

function choices(models) {
  return h("ul", { key: "choices", class: "panel items models" }, models.map((model) =>
    h("li", { key: model.name },
      h("a", { class: "name", href: link(["new"], { model: model.name }) }, model.name),
      h("p", { class: "detail" }, model.description ?? ""))));
}

function documentOf(model, form) {
  const values = {};
  for (const parameter of model.parameters ?? []) {
    const value = valueOf(parameter, form);
    if (value !== undefined) values[parameter.name] = value;
  }
  const document = { model: model.name };
  if (Object.keys(values).length > 0) document.values = values;
  const name = form.elements["own-name"].value.trim();
  if (name) document.name = name;
  return document;
}
