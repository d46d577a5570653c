/// What happened, for people, and a hash of it that a second run must give again.
package struct Trace: Sendable {
    package private(set) var lines: [String] = []
    package private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ line: String) {
        lines.append(line)
        mix(line)
    }

    mutating func note(_ name: String, _ count: Int, _ seq: Int64) { mix("\(name) \(count) \(seq)") }

    /// FNV-1a.
    mutating func mix(_ text: String) {
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
}
