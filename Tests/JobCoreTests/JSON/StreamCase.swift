// Streams of documents and what they hold, in short: "3 {…}" is a document begun in line 3, and
// "3! 4:1 …" a failure of one, found in line 4, column 1.

import JobCore
import Testing

/// A stream and its elements.
struct StreamCase: CustomTestStringConvertible {
  static let limits = JSONLimits(depth: 8, bytes: 60)

  let limits = StreamCase.limits
  let bytes: [UInt8]
  let elements: [String]

  init(_ text: String, _ elements: String...) {
    bytes = Array(text.utf8)
    self.elements = elements
  }

  init(bytes: [UInt8], _ elements: String...) {
    self.bytes = bytes
    self.elements = elements
  }

  var testDescription: String { String(decoding: bytes, as: UTF8.self).debugDescription }

  static func short(_ element: JSONDocumentStream.Element) -> String {
    switch element {
    case .document(let document, let line):
      "\(line) \(String(decoding: document.serialized(), as: UTF8.self))"
    case .failure(let error, let line):
      "\(line)! \(error.line):\(error.column) \(error.reason.message)"
    }
  }
}

private let nextKey = "where the next key should stand, in double quotes"

let streamCases: [StreamCase] = [
  // Nothing.
  StreamCase(""),
  StreamCase(" \r\n\t\n"),
  // Lines.
  StreamCase(#"{"a":1}"#, #"1 {"a":1}"#),
  StreamCase("{\"a\":1}\n", #"1 {"a":1}"#),
  StreamCase("\n{\"a\":1}\r\n\r\n  {\"b\":\"é\"}\r\n{}", #"2 {"a":1}"#, #"4 {"b":"é"}"#, "5 {}"),
  StreamCase("{\n  \"a\": [\n    1\n  ]\n}\n", #"1 {"a":[1]}"#),
  StreamCase("{\n \"a\": 1\n}\n{\n \"b\": \"}{\\\"\"\n}", #"1 {"a":1}"#, #"4 {"b":"}{\""}"#),
  StreamCase("{\"a\":[\n{\"b\":1},\n{\"c\":2}\n]}\n{}", #"1 {"a":[{"b":1},{"c":2}]}"#, "5 {}"),
  // Broken lines; the others count.
  StreamCase(
    "{\"a\":1}\n{\"b\":}\n{\"c\":3}\n", #"1 {"a":1}"#,
    #"2! 2:6 found "}" where a value should stand"#, #"3 {"c":3}"#),
  StreamCase(
    "{\"a\":1\n{\"b\":2}\n{\"c\":3}",
    #"1! 2:1 found "{" where a comma or } should follow the value"#,
    #"2 {"b":2}"#, #"3 {"c":3}"#),
  StreamCase("{\"a\":1,\n{\"b\":2}", #"1! 2:1 found "{" \#(nextKey)"#, #"2 {"b":2}"#),
  StreamCase(
    "{\"a\":\"x\n{\"b\":2}",
    #"1! 1:8 the line ends inside a string; close it with ", or write a line break as \n"#,
    #"2 {"b":2}"#),
  StreamCase(
    "{\"a\":1} {\"b\":2}\n{}", #"1! 1:9 the document has ended, but "{" follows; remove it"#,
    "2 {}"),
  StreamCase("hello\nworld\n{}", "1! 1:1 found hello where an object { ... } should stand", "3 {}"),
  StreamCase(
    "{}\nnull\n{}", "1 {}", "2! 2:1 found null where an object { ... } should stand", "3 {}"),
  StreamCase("{}\n[1]\n", "1 {}", #"2! 2:1 found "[" where an object { ... } should stand"#),
  StreamCase("{“a”:1}\n{}", "1! 1:2 a typographic quote (“); write \"", "2 {}"),
  StreamCase(
    "\u{FEFF}{}\n{}", "1! 1:1 a byte order mark; save the text as UTF-8 without one", "2 {}"),
  StreamCase(
    bytes: Array("{\"a\":\"".utf8) + [0xFF] + Array("\"}\n{}".utf8),
    "1! 1:7 the byte 0xFF is not UTF-8 here; save the text as UTF-8", "2 {}"),
  StreamCase(
    "  {\"a\":1,\n  {\"b\":2}\n    {\"c\":3}\n", #"1! 2:3 found "{" \#(nextKey)"#, #"2 {"b":2}"#,
    #"3 {"c":3}"#),
  StreamCase(
    "{\"a\":1",
    "1! 1:7 the text ends inside the object begun in line 1; "
      + "is it cut off, or is a } missing?"),
  // A broken document over lines: nothing inside of it is taken for a document.
  StreamCase(
    "{\n \"a\": 1,,\n \"b\": [\n  {\"c\": 1}\n ]\n}\n{\n}", #"1! 2:9 found "," \#(nextKey)"#, "7 {}"
  ),
  StreamCase(
    "{\n \"a\": 1,\n \"a\":\n  {}\n}\n{}",
    "1! 3:2 the key \"a\" stands twice; one of the two values would be lost: remove one", "6 {}"),
  StreamCase(
    "  {\n    \"a\": x,\n   {}\n  {}\n", "1! 2:10 found x where a value should stand", "4 {}"),
  // Too long: 60 bytes are enough, 61 are not.
  StreamCase(
    "{\"a\":\"" + String(repeating: "x", count: 52) + "\"}\r\n{}",
    "1 {\"a\":\"" + String(repeating: "x", count: 52) + "\"}", "2 {}"),
  StreamCase(
    "{\"a\":\"" + String(repeating: "x", count: 53) + "\"}\n{}",
    "1! 1:61 the document is longer than 60 bytes", "2 {}"),
  StreamCase(
    "{\"a\":1\n" + String(repeating: "{\"b\":2}\n", count: 9),
    #"1! 2:1 found "{" where a comma or } should follow the value"#, #"2 {"b":2}"#, #"3 {"b":2}"#,
    #"4 {"b":2}"#, #"5 {"b":2}"#, #"6 {"b":2}"#, #"7 {"b":2}"#, #"8 {"b":2}"#, #"9 {"b":2}"#,
    #"10 {"b":2}"#),
  // Arrays.
  StreamCase("[]"),
  StreamCase(" [\n]\n "),
  StreamCase("[{\"a\":1},{\"b\":[1,2]}]", #"1 {"a":1}"#, #"1 {"b":[1,2]}"#),
  StreamCase(
    "[\n  {\n \"a\": \"],[\" } ,\r\n  {\"b\":\"é\"}\n]\n", #"2 {"a":"],["}"#, #"4 {"b":"é"}"#),
  StreamCase(
    "[{\"é\":1,},{\"b\":2}]", "1! 1:8 a comma before the closing bracket; remove it", #"1 {"b":2}"#),
  StreamCase(
    "[{\"é\":1}, 5, {\"b\":2}]", #"1 {"é":1}"#,
    "1! 1:11 found 5 where an object { ... } should stand", #"1 {"b":2}"#),
  StreamCase("[{},]", "1 {}", "1! 1:4 a comma before the closing bracket; remove it"),
  StreamCase(
    "[{},\n,{}]", "1 {}", #"2! 2:1 found "," where an object { ... } should stand"#, "2 {}"),
  StreamCase(
    "[{},\n", "1 {}",
    "2! 2:1 the text ends inside the array begun in line 1; "
      + "is it cut off, or is a ] missing?"),
  StreamCase(
    "[{}", "1 {}",
    "1! 1:4 the text ends inside the array begun in line 1; "
      + "is it cut off, or is a ] missing?"),
  StreamCase(
    "[{\"a\":",
    "1! 1:7 the text ends inside the object begun in line 1; "
      + "is it cut off, or is a } missing?"),
  StreamCase(
    "[{\"a\":\"x\n},{}]",
    #"1! 1:9 the line ends inside a string; close it with ", or write a line break as \n"#),
  StreamCase("[{}] x\n", "1 {}", "1! 1:6 the document has ended, but x follows; remove it"),
  StreamCase("[{}]\n{}\n", "1 {}", #"2! 2:1 the document has ended, but "{" follows; remove it"#),
  StreamCase("[{}] // x", "1 {}", "1! 1:6 a comment; JSON has none: remove it"),
  StreamCase(
    "[{\"a\":\"" + String(repeating: "x", count: 99) + "\"},\n{}]",
    "1! 1:62 the document is longer than 60 bytes", "2 {}"),
]
