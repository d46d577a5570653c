import CZlib
import Changesets

/// The first byte says what the others are: a page that is compressed (odd), or its message.
struct DecoderTarget: FuzzRunning {
    func run(_ input: [UInt8]) {
        guard let mode = input.first else { return }
        let rest = input.dropFirst()
        check(mode & 1 == 1 ? rest : Stored.stream(rest)[...])
    }

    /// What can be read can be written, and is the same when it is read again.
    private func check(_ encoded: Bytes) {
        guard let page = try? ChangesetPage(encoded: encoded) else { return }
        do {
            guard try ChangesetPage(encoded: page.encoded()[...]) == page else { find("a page is not what it was") }
        } catch ChangesetError.overLimit {
            // Written in full, it may be larger than it came.
        } catch {
            find("a page that was read can't be read again: \(error)")
        }
    }
}

/// zlib's stream of uncompressed blocks: what is found in it is found in its content.
enum Stored {
    private static let blockBytesMax = 65_535

    static func stream(_ content: Bytes) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var rest = content
        repeat {
            let block = rest.prefix(blockBytesMax)
            rest = rest.dropFirst(block.count)
            let length = UInt16(block.count)
            stream += [rest.isEmpty ? 1 : 0] + [length, ~length].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            stream += block
        } while !rest.isEmpty
        let sum = content.withUnsafeBufferPointer { adler32(1, $0.baseAddress, uInt($0.count)) }
        return stream + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: (content.isEmpty ? 1 : sum) >> $0) }
    }
}
