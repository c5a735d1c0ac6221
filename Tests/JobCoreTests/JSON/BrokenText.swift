// Texts that are not JSON, each with the sentence that a user gets.

import Testing

/// A text that is refused, and how.
struct BrokenText: CustomTestStringConvertible {
  let bytes: [UInt8]
  let message: String

  init(_ text: String, _ message: String) { self.init(bytes: Array(text.utf8), message) }

  init(bytes: [UInt8], _ message: String) {
    self.bytes = bytes
    self.message = message
  }

  var testDescription: String { String(decoding: bytes, as: UTF8.self).debugDescription }
}

let brokenTexts: [BrokenText] = [
  BrokenText("", "line 1, column 1: there is no JSON in it"),
  BrokenText(" \n\t", "line 2, column 2: there is no JSON in it"),
  BrokenText(
    "{",
    "line 1, column 2: the text ends inside the object begun in line 1; "
      + "is it cut off, or is a } missing?"),
  BrokenText(
    "[",
    "line 1, column 2: the text ends inside the array begun in line 1; "
      + "is it cut off, or is a ] missing?"),
  BrokenText(
    #"""#,
    #"line 1, column 2: the text ends inside the string begun in line 1; "#
      + #"is it cut off, or is a " missing?"#),
  BrokenText(
    #"{"a""#,
    "line 1, column 5: the text ends inside the object begun in line 1; "
      + "is it cut off, or is a } missing?"),
  BrokenText(
    #"{"a":"#,
    "line 1, column 6: the text ends inside the object begun in line 1; "
      + "is it cut off, or is a } missing?"),
  BrokenText(
    #"{"a":1"#,
    "line 1, column 7: the text ends inside the object begun in line 1; "
      + "is it cut off, or is a } missing?"),
  BrokenText(
    #"{"a":1,"#,
    "line 1, column 8: the text ends inside the object begun in line 1; "
      + "is it cut off, or is a } missing?"),
  BrokenText(
    "\n{\"a\":\n[1",
    "line 3, column 3: the text ends inside the array begun in line 3; "
      + "is it cut off, or is a ] missing?"),
  BrokenText(
    "[1,",
    "line 1, column 4: the text ends inside the array begun in line 1; "
      + "is it cut off, or is a ] missing?"),
  BrokenText(
    #""a\"#,
    #"line 1, column 4: the text ends inside the string begun in line 1; "#
      + #"is it cut off, or is a " missing?"#),
  BrokenText(
    #"["a\u12"#,
    #"line 1, column 8: the text ends inside the string begun in line 1; "#
      + #"is it cut off, or is a " missing?"#),
  BrokenText("1 2", "line 1, column 3: the document has ended, but 2 follows; remove it"),
  BrokenText("{} x", "line 1, column 4: the document has ended, but x follows; remove it"),
  BrokenText("[]]", #"line 1, column 3: the document has ended, but "]" follows; remove it"#),
  BrokenText(
    #"{"a":1}}"#,
    #"line 1, column 8: the document has ended, but "}" follows; remove it"#),
  BrokenText("1,", #"line 1, column 2: the document has ended, but "," follows; remove it"#),
  BrokenText("nullable", "line 1, column 1: found nullable where a value should stand"),
  BrokenText("nul", "line 1, column 1: found nul where a value should stand"),
  BrokenText("True", "line 1, column 1: True is no word of JSON; write true"),
  BrokenText("FALSE", "line 1, column 1: FALSE is no word of JSON; write false"),
  BrokenText("None", "line 1, column 1: None is no word of JSON; write null"),
  BrokenText("undefined", "line 1, column 1: undefined is no word of JSON; write null"),
  BrokenText("yes", "line 1, column 1: yes is no word of JSON; write true"),
  BrokenText("NaN", "line 1, column 1: NaN is no number in JSON; write null, or leave the key out"),
  BrokenText(
    "[-Infinity]",
    "line 1, column 2: -Infinity is no number in JSON; write null, or leave the key out"),
  BrokenText("inf", "line 1, column 1: inf is no number in JSON; write null, or leave the key out"),
  BrokenText(
    #"{"a":1,"a":2}"#,
    #"line 1, column 8: the key "a" stands twice; one of the two values would be "#
      + #"lost: remove one"#),
  BrokenText(
    "{\n  \"b\": 1,\n      \"retryCount\": 1, \"retryCount\": 2}",
    #"line 3, column 24: the key "retryCount" stands twice; one of the two values "#
      + #"would be lost: remove one"#),
  BrokenText(#"{"a" 1}"#, "line 1, column 6: found 1 where a colon should follow the key"),
  BrokenText(#"{"a"=1}"#, #"line 1, column 5: found "=" where a colon should follow the key"#),
  BrokenText(
    #"{"a":1 "b":2}"#,
    "line 1, column 8: found a string where a comma or } should follow the value"),
  BrokenText(
    #"{"a":1;}"#,
    #"line 1, column 7: found ";" where a comma or } should follow the value"#),
  BrokenText("{,}", #"line 1, column 2: found "," where a key in double quotes or } should stand"#),
  BrokenText(#"{"a":,}"#, #"line 1, column 6: found "," where a value should stand"#),
  BrokenText(
    #"{"a":1,,}"#,
    #"line 1, column 8: found "," where the next key should stand, in double quotes"#),
  BrokenText(#"{"a":1,}"#, "line 1, column 7: a comma before the closing bracket; remove it"),
  BrokenText("[1,]", "line 1, column 3: a comma before the closing bracket; remove it"),
  BrokenText("[,1]", #"line 1, column 2: found "," where a value or ] should stand"#),
  BrokenText("[1,,2]", #"line 1, column 4: found "," where a value should stand"#),
  BrokenText("[1 2]", "line 1, column 4: found 2 where a comma or ] should follow the value"),
  BrokenText("[1}", #"line 1, column 3: found "}" where a comma or ] should follow the value"#),
  BrokenText(
    #"{"a":1]"#,
    #"line 1, column 7: found "]" where a comma or } should follow the value"#),
  BrokenText("{a:1}", #"line 1, column 2: the key a needs quotes; write "a""#),
  BrokenText("{1:2}", #"line 1, column 2: the key 1 needs quotes; write "1""#),
  BrokenText(#"{"a":1,b:2}"#, #"line 1, column 8: the key b needs quotes; write "b""#),
  BrokenText("{null:1}", #"line 1, column 2: the key null needs quotes; write "null""#),
  BrokenText("]", #"line 1, column 1: found "]" where a value should stand"#),
  BrokenText("}", #"line 1, column 1: found "}" where a value should stand"#),
  BrokenText(":", #"line 1, column 1: found ":" where a value should stand"#),
  BrokenText(",", #"line 1, column 1: found "," where a value should stand"#),
  BrokenText("[:]", #"line 1, column 2: found ":" where a value or ] should stand"#),
  BrokenText(
    "'a'",
    #"line 1, column 1: a single quote; JSON strings stand in double quotes: write ""#),
  BrokenText(
    "{'a':1}",
    #"line 1, column 2: a single quote; JSON strings stand in double quotes: write ""#),
  BrokenText("{“a”:1}", #"line 1, column 2: a typographic quote (“); write ""#),
  BrokenText(#"{"a":“x”}"#, #"line 1, column 6: a typographic quote (“); write ""#),
  BrokenText("[‘x’]", #"line 1, column 2: a typographic quote (‘); write ""#),
  BrokenText("[«x»]", #"line 1, column 2: a typographic quote («); write ""#),
  BrokenText("// x", "line 1, column 1: a comment; JSON has none: remove it"),
  BrokenText("[1, /* x */ 2]", "line 1, column 5: a comment; JSON has none: remove it"),
  BrokenText("# x", "line 1, column 1: a comment; JSON has none: remove it"),
  BrokenText("[1,2] // x", "line 1, column 7: a comment; JSON has none: remove it"),
  BrokenText("/x", #"line 1, column 1: found "/" where a value should stand"#),
  BrokenText(
    "\u{FEFF}{}",
    "line 1, column 1: a byte order mark; save the text as UTF-8 without one"),
  BrokenText(
    "{\u{FEFF}}",
    "line 1, column 2: a byte order mark; save the text as UTF-8 without one"),
  BrokenText(
    "01",
    "line 1, column 1: a number with a leading zero; remove the zero, or write a string"),
  BrokenText(
    "-01",
    "line 1, column 2: a number with a leading zero; remove the zero, or write a string"),
  BrokenText(
    "00",
    "line 1, column 1: a number with a leading zero; remove the zero, or write a string"),
  BrokenText("+1", "line 1, column 1: a number with a plus sign; remove the sign"),
  BrokenText(".5", "line 1, column 1: a number that begins with its point; write 0 before it"),
  BrokenText("-.5", "line 1, column 2: a number that begins with its point; write 0 before it"),
  BrokenText("-", "line 1, column 2: a minus sign without a number; a digit must follow it"),
  BrokenText("-x", "line 1, column 2: a minus sign without a number; a digit must follow it"),
  BrokenText("1.", "line 1, column 3: a number that ends with its point; write a digit after it"),
  BrokenText("1.e3", "line 1, column 3: a number that ends with its point; write a digit after it"),
  BrokenText("1e", "line 1, column 3: an exponent without digits; write them, as in 1e3"),
  BrokenText("1e+", "line 1, column 4: an exponent without digits; write them, as in 1e3"),
  BrokenText("1.5E-", "line 1, column 6: an exponent without digits; write them, as in 1e3"),
  BrokenText("0x1F", "line 1, column 1: a hexadecimal number; write it in decimal digits"),
  BrokenText("-0X1", "line 1, column 1: a hexadecimal number; write it in decimal digits"),
  BrokenText("1abc", "line 1, column 2: the document has ended, but abc follows; remove it"),
  BrokenText("1.2.3", #"line 1, column 4: the document has ended, but "." follows; remove it"#),
  BrokenText("--1", "line 1, column 2: a minus sign without a number; a digit must follow it"),
  BrokenText(
    "\"a\nb\"",
    #"line 1, column 3: the line ends inside a string; close it with ", or write a "#
      + #"line break as \n"#),
  BrokenText("[\"a\tb\"]", #"line 1, column 4: a tab inside a string; write \t"#),
  BrokenText("\"\u{0}\"", #"line 1, column 2: a control character inside a string; write \u0000"#),
  BrokenText("\"\u{1F}\"", #"line 1, column 2: a control character inside a string; write \u001F"#),
  BrokenText(#""\x""#, #"line 1, column 2: \x is no escape; a backslash itself is written \\"#),
  BrokenText(
    #""\u12G4""#,
    #"line 1, column 2: \u12G4 is no escape; a backslash itself is written \\"#),
  BrokenText(#""\u12""#, #"line 1, column 2: \u12 is no escape; a backslash itself is written \\"#),
  BrokenText(#""\U0041""#, #"line 1, column 2: \U is no escape; a backslash itself is written \\"#),
  BrokenText(#""\é""#, #"line 1, column 2: \é is no escape; a backslash itself is written \\"#),
  BrokenText(
    #""\ud800""#,
    #"line 1, column 2: \uD800 is half a character; write both halves of the pair, or "#
      + #"the character itself"#),
  BrokenText(
    #""\udc00""#,
    #"line 1, column 2: \uDC00 is half a character; write both halves of the pair, or "#
      + #"the character itself"#),
  BrokenText(
    #""\ud800x""#,
    #"line 1, column 2: \uD800 is half a character; write both halves of the pair, or "#
      + #"the character itself"#),
  BrokenText(
    #""\ud800\n""#,
    #"line 1, column 2: \uD800 is half a character; write both halves of the pair, or "#
      + #"the character itself"#),
  BrokenText(
    #""\ud800\ud800""#,
    #"line 1, column 2: \uD800 is half a character; write both halves of the pair, or "#
      + #"the character itself"#),
  BrokenText(
    #""\ud800A""#,
    #"line 1, column 2: \uD800 is half a character; write both halves of the pair, or "#
      + #"the character itself"#),
  BrokenText("\u{0}", #"line 1, column 1: found "\u{0000}" where a value should stand"#),
  BrokenText("\u{1B}[2J", #"line 1, column 1: found "\u{001B}" where a value should stand"#),
  BrokenText("@", #"line 1, column 1: found "@" where a value should stand"#),
  BrokenText("[\u{202E}]", #"line 1, column 2: found "\u{202E}" where a value or ] should stand"#),
  BrokenText("é", #"line 1, column 1: found "é" where a value should stand"#),
  BrokenText(
    bytes: [0x22, 0xFF, 0x22],
    "line 1, column 2: the byte 0xFF is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0x22, 0xC3, 0x28, 0x22],
    "line 1, column 2: the byte 0xC3 is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0x22, 0xC0, 0x80, 0x22],
    "line 1, column 2: the byte 0xC0 is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0x22, 0xE0, 0x80, 0x80, 0x22],
    "line 1, column 2: the byte 0xE0 is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0x22, 0xED, 0xA0, 0x80, 0x22],
    "line 1, column 2: the byte 0xED is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0x22, 0xF0, 0x80, 0x80, 0x80, 0x22],
    "line 1, column 2: the byte 0xF0 is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
    "line 1, column 2: the byte 0xF4 is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22],
    "line 1, column 2: the byte 0xF5 is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0x22, 0xE2, 0x82],
    "line 1, column 2: the byte 0xE2 is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0x22, 0x80, 0x22],
    "line 1, column 2: the byte 0x80 is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0xFF, 0xFE, 0x7B, 0x00],
    "line 1, column 1: the byte 0xFF is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0x5B, 0xC3],
    "line 1, column 2: the byte 0xC3 is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0x7B, 0x22, 0x61, 0x22, 0x3A, 0x31, 0x20, 0xE2, 0x80],
    "line 1, column 8: the byte 0xE2 is not UTF-8 here; save the text as UTF-8"),
  BrokenText(
    bytes: [0x22, 0x5C, 0xFF, 0x22],
    #"line 1, column 2: \ is no escape; a backslash itself is written \\"#),
]
