internal import Glibc

/// Finds where events end in raw bytes, for those who pass events on as they are.
package enum EventBoundary {
    /// - Returns: the index behind the blank line that ends the event which begins at `start`; nil where it has not
    ///   ended.
    package static func end(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while let newline = newline(bytes, from: index) {
            index = newline + 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "\n") { return index + 1 }
            if index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\r"), bytes[index + 1] == UInt8(ascii: "\n") {
                return index + 2
            }
        }
        return nil
    }

    private static func newline(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress else { return nil }
        guard let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start) else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
