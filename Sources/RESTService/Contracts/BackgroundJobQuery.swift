// The query options of OData that background jobs know ($filter and its like), checked. One that
// is unknown is refused: an answer that passes over it would be the answer to another question.

internal import HTTPServer
internal import JobCore

/// What a client wants to see of background jobs, and how.
struct BackgroundJobQuery {
  typealias Property = BackgroundJob.Property

  var filter: BackgroundJobFilter?
  /// In the order of the seed.
  var properties = Property.allCases
  /// Whether some were picked by name.
  var isSelection = false
  var order: [(property: Property, isDescending: Bool)] = []
  var top: Int?
  var skip = 0
  var count = false

  private static let known = [
    "$filter", "$select", "$orderby", "$top", "$skip", "$count", "$format",
  ]

  init(_ query: [QueryItem]) throws(RequestFailure) {
    var seen: Set<String> = []
    for item in query {
      guard BackgroundJobQuery.known.contains(item.name) else {
        var message = "there is no query option \"\(printable(item.name))\""
        if let near = nearest(item.name, in: BackgroundJobQuery.known) {
          message += "; did you mean \"\(near)\"?"
        }
        throw BackgroundJobQuery.failure(item.name, message)
      }
      guard seen.insert(item.name).inserted else {
        throw BackgroundJobQuery.failure(item.name, "it stands twice")
      }
      try take(item)
    }
  }

  /// The same condition, for counting: OData has what picks and orders passed over then.
  var counting: BackgroundJobQuery {
    var query = self
    (query.order, query.skip, query.top, query.count) = ([], 0, 0, true)
    return query
  }

  private mutating func take(_ item: QueryItem) throws(RequestFailure) {
    switch item.name {
    case "$filter":
      do throws(FilterError) {
        filter = try BackgroundJobFilter(item.value)
      } catch {
        throw BackgroundJobQuery.failure(item.name, error.message, column: error.column)
      }
    case "$select": try takeSelection(item)
    case "$orderby": try takeOrder(item)
    case "$top": top = try BackgroundJobQuery.number(item)
    case "$skip": skip = try BackgroundJobQuery.number(item)
    case "$count":
      guard item.value == "true" || item.value == "false" else {
        throw BackgroundJobQuery.failure(item.name, "true or false is expected")
      }
      count = item.value == "true"
    default:
      guard item.value == "json" || item.value.hasPrefix("application/json") else {
        throw BackgroundJobQuery.failure(item.name, "json is the one format there is")
      }
    }
  }

  private mutating func takeSelection(_ item: QueryItem) throws(RequestFailure) {
    if item.value == "*" { return }
    var picked: Set<Property> = []
    for (name, column) in BackgroundJobQuery.elements(of: item.value) {
      picked.insert(try BackgroundJobQuery.property(name, item.name, column))
    }
    properties = Property.allCases.filter(picked.contains)
    isSelection = true
  }

  private mutating func takeOrder(_ item: QueryItem) throws(RequestFailure) {
    for (element, column) in BackgroundJobQuery.elements(of: item.value) {
      let words = element.split(separator: " ").map(String.init)
      let property = try BackgroundJobQuery.property(words.first ?? "", item.name, column)
      guard words.count == 1 || words.count == 2 && (words[1] == "asc" || words[1] == "desc") else {
        throw BackgroundJobQuery.failure(
          item.name, "column \(column): asc, desc or nothing is expected behind the property",
          column: column)
      }
      order.append((property, words.last == "desc"))
    }
  }

  /// The parts between commas without blanks around them, with their columns.
  private static func elements(of text: String) -> [(String, Int)] {
    var column = 1
    return text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let blanks = part.prefix { $0 == " " }.count
      defer { column += part.unicodeScalars.count + 1 }
      let trimmed = part.split(separator: " ").joined(separator: " ")
      return (trimmed, column + blanks)
    }
  }

  private static func property(
    _ name: String, _ option: String, _ column: Int
  ) throws(RequestFailure) -> Property {
    if let property = Property.named(name) { return property }
    var message = "column \(column): there is no property \"\(printable(name))\""
    if let near = nearest(name, in: Property.allCases.map(\.rawValue)) {
      message += "; did you mean \"\(near)\"?"
    }
    throw failure(option, message, column: column)
  }

  private static func number(_ item: QueryItem) throws(RequestFailure) -> Int {
    guard let number = Int(item.value), number >= 0, item.value.utf8.allSatisfy({ $0 >= 0x30 })
    else {
      throw failure(item.name, "a whole number that is not negative is expected")
    }
    return number
  }

  private static func failure(
    _ option: String, _ message: String, column: Int? = nil
  ) -> RequestFailure {
    var failure = RequestFailure(.badRequest, "\(printable(option)): \(message)")
    failure.target = printable(option)
    failure.column = column
    return failure
  }
}
