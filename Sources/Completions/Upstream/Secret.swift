/// A key. Nothing that prints it shows it.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    package init(_ text: String) { self.text = text }

    /// For the one header that needs it.
    package func reveal() -> String { text }

    package var description: String { "(secret)" }
    package var debugDescription: String { "(secret)" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Whether some bytes hold the key, and so must go nowhere.
    func occurs(in bytes: [UInt8]) -> Bool {
        guard !text.isEmpty else { return false }
        return String(decoding: bytes, as: UTF8.self).contains(text)
    }
}
