// A row of the tables of requests: the contracts' (Contracts/ContractAction.swift) and the native
// ones (Native/NativeAction.swift). Routing, roles, /openapi.json and the man page's test have
// no other source.

internal import HTTPServer

/// What a request asks for.
enum Action: Hashable {
  case contract(ContractAction)
  case native(NativeAction)

  /// How its failures are worded.
  var errorShape: ErrorShape {
    switch self {
    case .contract(let action): action.errorShape
    case .native: .problem
    }
  }

  /// What /openapi.json says of it.
  var operation: Operation {
    switch self {
    case .contract(let action): action.operation
    case .native(let action): action.operation
    }
  }
}

/// A request that is answered.
struct Endpoint {
  let path: String
  let method: Method
  let action: Action
  /// What the caller must be allowed to do; nil: the action decides itself.
  let role: Role?
  /// What its query is checked by.
  let parameters: [Parameter]

  init(_ path: String, _ method: Method, _ action: Action, role: Role?) {
    parameters = action.operation.parameters
    self.path = path
    self.method = method
    self.action = action
    self.role = role
  }

  /// Every request there is.
  static let all = contracts + native
}
