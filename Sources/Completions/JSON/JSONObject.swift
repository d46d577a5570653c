/// The fields of an object, in their order.
package struct JSONObject: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package var name: String
        package var value: JSONValue
    }

    package private(set) var members: [Member]

    package init(_ members: [Member] = []) { self.members = members }

    /// Setting nil takes the field out.
    package subscript(name: String) -> JSONValue? {
        get { members.first { $0.name == name }?.value }
        set {
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }
}

extension JSONScanner {
    mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        skipSpace()
        let start = index
        switch current {
        case UInt8(ascii: "\""): return .text(try JSONText.read(bytes, try skipString()))
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .list(try list(depth: depth))
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            _ = try skipValue(depth: depth)
            return bytes[start] == UInt8(ascii: "n") ? .null : .boolean(bytes[start] == UInt8(ascii: "t"))
        default:
            try skipNumber()
            return .number(String(decoding: bytes[start..<index], as: UTF8.self))
        }
    }

    private mutating func list(depth: Int) throws(JSONFault) -> [JSONValue] {
        var elements: [JSONValue] = []
        try enter(depth)
        if take(UInt8(ascii: "]")) { return [] }
        repeat { elements.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw fault("a list goes on with a comma or ends with ]") }
        return elements
    }

    private mutating func object(depth: Int) throws(JSONFault) -> JSONObject {
        var (members, names): ([JSONObject.Member], Set<String>) = ([], [])
        try enter(depth)
        if take(UInt8(ascii: "}")) { return JSONObject() }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw fault("a field begins with its name in double quotes") }
            let name = try JSONText.read(bytes, try skipString())
            guard names.insert(name).inserted else { throw fault("the field \(name) is given twice") }
            guard take(UInt8(ascii: ":")) else { throw fault("a field's name is followed by a colon") }
            members.append(JSONObject.Member(name: name, value: try value(depth: depth + 1)))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw fault("an object goes on with a comma or ends with }") }
        return JSONObject(members)
    }
}
