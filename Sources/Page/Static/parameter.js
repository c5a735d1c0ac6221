// One parameter of a model as a field of a form, and what was typed there as a value.

import { h } from "./tree.js";
import { valueText } from "./words.js";

/// What was typed cannot be a value of the parameter.
export class ParameterFault extends Error {
  constructor(parameter, message) {
    super(message);
    this.parameter = parameter;
  }
}

function fieldName(parameter) {
  return `value ${parameter.name}`;
}

/// The field; `faulty` is the name of the parameter that was refused, if there is one.
export function parameterField(parameter, faulty) {
  const { name, required, description } = parameter;
  const id = `value-${name}`;
  const standard = parameter.default;
  const note = required ? "required" : standard === undefined ? "may be left out" : "";
  const attributes = {
    id, name: fieldName(parameter), required: required === true,
    "aria-invalid": faulty === name ? "true" : null,
    "aria-describedby": description ? `${id}-description` : null,
  };
  return h("div", { key: id, class: "field" },
    h("label", { for: id }, name, " ", h("span", { class: "soft" }, note)),
    description && h("p", { key: "description", id: `${id}-description`, class: "soft" }, description),
    typeof standard === "boolean"
      ? h("select", { key: "field", ...attributes, initial: { value: String(standard) } },
        ["true", "false"].map((text) => h("option", { key: text, value: text }, text)))
      : h("textarea", { key: "field", ...attributes, rows: "1", autocomplete: "off",
        spellcheck: "false",
        initial: { value: standard === undefined ? "" : valueText(standard) } }));
}

/// What was typed: text where the default is text, or where there is none; else JSON, as is the
/// default. Nothing where the default was left as it is.
export function valueOf(parameter, form) {
  const text = form.elements[fieldName(parameter)].value;
  const standard = parameter.default;
  if (standard !== undefined && text === valueText(standard)) return undefined;
  if (standard === undefined && text === "" && !parameter.required) return undefined;
  if (typeof standard === "string") return text;
  const isJSON = standard !== undefined || /^\s*[[{]/.test(text);
  if (!isJSON) return text;
  try {
    return JSON.parse(text);
  } catch {
    // Text may begin with a bracket as well.
    if (standard === undefined || standard === null) return text;
    throw new ParameterFault(parameter.name,
      `${parameter.name}: this is no JSON value; the default is ${valueText(standard)}`);
  }
}
