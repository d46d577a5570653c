/// Those attributes of an element that are looked at.
struct HTMLAttributes: Sendable {
    private var values: [String: String] = [:]

    private static let names: Set<String> = ["class", "href", "hidden", "style", "aria-hidden", "id", "role"]
    private static let countMax = 256
    /// In bytes of a value.
    private static let lengthMax = 4096

    /// - Parameter pairs: names and values, as libxml2 hands them over; valid during the call only.
    init(_ pairs: UnsafePointer<UnsafePointer<CChar>?>?) {
        guard var next = pairs else { return }
        for _ in 0..<Self.countMax {
            guard let name = next.pointee else { return }
            let key = String(cString: name).lowercased()
            if Self.names.contains(key) { values[key] = (next + 1).pointee.map { Self.text($0) } ?? "" }
            next += 2
        }
    }

    private static func text(_ bytes: UnsafePointer<CChar>) -> String {
        let raw = UnsafeBufferPointer(start: bytes, count: lengthMax)
        var kept: [UInt8] = []
        for byte in raw {
            guard byte != 0 else { break }
            kept.append(UInt8(bitPattern: byte))
        }
        return String(decoding: kept, as: UTF8.self)
    }

    subscript(_ name: String) -> String? { values[name] }

    var classes: [Substring] { values["class"]?.split { $0.isWhitespace } ?? [] }

    /// Whether a browser would not show it, as far as the element itself says.
    var isHidden: Bool {
        guard values["hidden"] == nil, values["aria-hidden"]?.lowercased() != "true" else { return true }
        let style = (values["style"] ?? "").lowercased().filter { !$0.isWhitespace }
        return ["display:none", "visibility:hidden", "opacity:0;", "font-size:0;", "font-size:0px"].contains {
            (style + ";").contains($0)
        }
    }
}
