internal import CZlib

/// zlib streams (RFC 1950), with inflation bounded.
package enum Zlib {
    /// - Parameter level: 1 (fast) to 9 (small). At 5 a page of prompts takes 6 % more bytes than at
    ///   6, and 60 % less time, which is most of an export's.
    package static func deflated(_ bytes: [UInt8], level: Int32 = 5) -> [UInt8] {
        var length = compressBound(uLong(bytes.count))
        var result = [UInt8](repeating: 0, count: Int(length))
        let status = compress2(&result, &length, bytes, uLong(bytes.count), level)
        precondition(status == Z_OK, "compress2 into compressBound bytes can only fail for want of memory")
        result.removeLast(result.count - Int(length))
        return result
    }

    /// Throws `overLimit` rather than give out more than `most` bytes.
    package static func inflated(_ bytes: Bytes, atMost most: Int) throws(ChangesetError) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit_(&stream, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .malformed("data that zlib can't read")
        }
        defer { inflateEnd(&stream) }
        return try inflate(&stream, Array(bytes), atMost: most)
    }

    private static func inflate(
        _ stream: inout z_stream, _ input: [UInt8], atMost most: Int
    ) throws(ChangesetError) -> [UInt8] {
        // Grown as it fills, so that a small bomb does not reserve the whole bound.
        var output = [UInt8](repeating: 0, count: min(most, max(4096, input.count * 4)))
        var filled = 0
        while true {
            let status = step(&stream, input, &output, &filled)
            if status == Z_STREAM_END { break }
            guard status == Z_OK || status == Z_BUF_ERROR else { throw .malformed("data that zlib can't read") }
            if filled < output.count { throw .truncated }
            guard output.count <= most else { throw .overLimit("a page of more than \(most) bytes when inflated") }
            // One byte above the bound: a stream of just so many bytes ends only where there is room for more.
            output.append(contentsOf: [UInt8](repeating: 0, count: min(most + 1 - output.count, output.count)))
        }
        guard filled <= most else { throw .overLimit("a page of more than \(most) bytes when inflated") }
        output.removeLast(output.count - filled)
        return output
    }

    private static func step(
        _ stream: inout z_stream, _ input: [UInt8], _ output: inout [UInt8], _ filled: inout Int
    ) -> Int32 {
        input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                let consumed = Int(stream.total_in)
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress?.advanced(by: consumed))
                stream.avail_in = uInt(source.count - consumed)
                stream.next_out = target.baseAddress?.advanced(by: filled)
                stream.avail_out = uInt(target.count - filled)
                let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                filled = Int(stream.total_out)
                return status
            }
        }
    }
}
