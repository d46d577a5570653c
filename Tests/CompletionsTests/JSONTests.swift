import Testing

@testable import Completions

@Suite struct JSONTests {
    private func document(_ text: String) throws -> JSONDocument { try JSONDocument(Array(text.utf8)) }
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(
        "What is valid is walked over and read alike",
        arguments: [
            "{}", " { } ", "{\"a\":[1,-0.5e+10,0,true,false,null,\"x\\u00e9\\n\"]}", "{\"a\":{\"b\":{}},\"c\":[]}",
            "{\"\\uD83D\\uDE00\":\"\\\"\\\\\\/\\b\\f\\t\\r\"}",
        ])
    func valid(_ source: String) throws {
        _ = try document(source)
        let value = try JSONValue(source.utf8)
        #expect(try JSONValue(value.bytes) == value)
    }

    @Test(
        "What is invalid is refused, wherever it is",
        arguments: [
            "", "{", "[1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":+1}",
            "{\"a\":tru}", "{\"a\":\"\n\"}", "{\"a\":\"x}", "{\"a\":1}{", "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":2}",
            "{\"a\":[1 2]}", "{\"a\":\"\\", "{\"a\":1e}", "{\"\\q\":1}", "{'a':1}", "{\"a\":NaN}",
            "{\"a\":\(String(repeating: "[", count: 200))\(String(repeating: "]", count: 200))}",
        ])
    func invalid(_ source: String) {
        #expect(throws: JSONFault.self) { try document(source) }
    }

    @Test("Every prefix of a request is refused, and none traps")
    func prefixes() throws {
        let whole = Array(
            "{\"model\":\"a\\u00e9\",\"messages\":[{\"role\":\"user\",\"content\":\"é\\n\"}],\"n\":1.5e3}".utf8)
        _ = try JSONDocument(whole)
        for length in 0..<whole.count {
            #expect(throws: JSONFault.self) { try JSONDocument(Array(whole[..<length])) }
        }
    }

    @Test("Fields are set in place, and all else stays byte for byte")
    func setting() throws {
        let source = try document("{ \"b\" : 1.50,\n \"model\": \"x\" , \"c\":[ ] }")
        #expect(
            text(source.setting([("model", Array("\"y\"".utf8))])) == "{ \"b\" : 1.50,\n \"model\": \"y\" , \"c\":[ ] }"
        )
        #expect(
            text(source.setting([("d", Array("2".utf8)), ("c", Array("3".utf8)), ("b", Array("4".utf8))]))
                == "{ \"b\" : 4,\n \"model\": \"x\" , \"c\":3,\"d\":2 }")
        #expect(
            text(try document("{}").setting([("a", Array("1".utf8)), ("b", Array("2".utf8))])) == "{\"a\":1,\"b\":2}")
    }

    @Test(
        "Numbers are written as ECMAScript does",
        arguments: [
            ("0", "0"), ("-0", "0"), ("1.0", "1"), ("1e21", "1e+21"), ("1E20", "100000000000000000000"),
            ("0.000001", "0.000001"), ("1e-7", "1e-7"), ("123.4560", "123.456"), ("4.50", "4.5"), ("2e-3", "0.002"),
            ("333333333.33333329", "333333333.3333333"), ("-1.5e300", "-1.5e+300"), ("100", "100"),
            ("9007199254740993", "9007199254740993"), ("12345678901234567890.5", "12345678901234567890.5"),
        ])
    func numbers(_ written: String, _ canonical: String) {
        #expect(CanonicalJSON.number(written) == canonical)
    }

    @Test("The example of RFC 8785, section 3.2.2")
    func canonical() throws {
        let source = #"""
            {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
             "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}
            """#
        let expected =
            #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
            + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        #expect(text(CanonicalJSON.bytes(try JSONValue(source.utf8))) == expected)
    }

    @Test("Names are ordered by their UTF-16 code units")
    func order() throws {
        let value = try JSONValue(#"{"\ufb33":1,"\ud83d\ude00":2,"\u20ac":3,"\r":4,"1":5}"#.utf8)
        #expect(text(CanonicalJSON.bytes(value)) == "{\"\\r\":4,\"1\":5,\"€\":3,\"😀\":2,\"\u{fb33}\":1}")
    }
}
