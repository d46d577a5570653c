internal import Glibc

/// The C library's converter.
enum IconvReader {
    private static let piece = 1 << 14

    /// Nil where the system does not have the encoding.
    static func utf8(_ bytes: [UInt8], from name: String) -> [UInt8]? {
        guard let converter = iconv_open("UTF-8", name), Int(bitPattern: converter) != -1 else { return nil }
        defer { iconv_close(converter) }
        var input = bytes
        return input.withUnsafeMutableBytes { convert($0, converter) }
    }

    private static func convert(_ input: UnsafeMutableRawBufferPointer, _ converter: iconv_t) -> [UInt8] {
        var result: [UInt8] = []
        var next = input.baseAddress?.assumingMemoryBound(to: CChar.self)
        var left = input.count
        while left > 0, let at = next {
            let (written, fault) = step(converter, &next, &left)
            result += written
            guard fault != 0, fault != E2BIG || next == at && written.isEmpty else { continue }
            // One byte that means nothing, or half a character at the end.
            result += [0xEF, 0xBF, 0xBD]
            next = next?.successor()
            left -= 1
        }
        return result
    }

    private static func step(
        _ converter: iconv_t, _ next: inout UnsafeMutablePointer<CChar>?, _ left: inout Int
    ) -> ([UInt8], fault: Int32) {
        var fault: Int32 = 0
        let written = [UInt8](unsafeUninitializedCapacity: piece) { buffer, count in
            let start = UnsafeMutableRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
            var (output, room) = (start, piece)
            if iconv(converter, &next, &left, &output, &room) == -1 { fault = errno }
            count = piece - room
        }
        return (written, fault)
    }
}
