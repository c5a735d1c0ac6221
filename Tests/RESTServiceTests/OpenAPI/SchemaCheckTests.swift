import JobCore
import Testing

@Suite struct SchemaCheckTests {
  private func faults(_ value: JSON, _ schema: JSON) -> [String] {
    SchemaCheck(schemas: ["Small": ["type": "integer", "maximum": 3]])
      .faults(of: value, against: schema)
  }

  @Test(
    arguments: [
      ("x", ["type": "integer"]), (4, ["$ref": "#/x/Small"]), (1, ["const": 2]), (1, ["enum": [2]]),
      (["a": 1], ["additionalProperties": false]), ([:], ["required": ["a"]]),
      (["a": 4], ["properties": ["a": ["$ref": "#/x/Small"]]]),
      ("yesterday", ["format": "date-time"]), ([4], ["items": ["$ref": "#/x/Small"]]),
      ("b", ["pattern": "^a"]), (true, ["anyOf": [["type": "string"], ["type": "null"]]]),
      (["b": 1], ["propertyNames": ["enum": ["a"]]]), (1, ["oneOf": []]),
      ("", ["minLength": 1]), ([1, 2], ["maxItems": 1]), (1, ["not": ["type": "integer"]]),
      (4, ["allOf": [["type": "integer"], ["$ref": "#/x/Small"]]]),
      (["a", 4], ["prefixItems": [["type": "string"]], "items": ["$ref": "#/x/Small"]]),
      ([4, 4], ["prefixItems": [["type": "string"]], "items": ["type": "integer"]]),
      (["a": 1], ["properties": ["a": [:]], "additionalProperties": false, "minProperties": 2]),
    ] as [(JSON, JSON)])
  func aValueThatDoesNotFitIsFound(value: JSON, schema: JSON) {
    #expect(faults(value, schema).count == 1)
  }

  @Test func aValueThatFitsIsNone() {
    let schema: JSON = [
      "type": "object", "properties": ["a": ["$ref": "#/x/Small"]], "required": ["a"],
      "patternProperties": ["^x": [:]], "additionalProperties": false,
    ]
    #expect(faults(["a": 3, "xy": "z"], schema) == [])
  }
}
