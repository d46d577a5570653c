import Changesets
import Crypto

/// The first byte says whether the file ends with a checksum of its own (odd), or gets the right one.
struct FileTarget: FuzzRunning {
    func run(_ input: [UInt8]) {
        guard let mode = input.first else { return }
        let rest = Array(input.dropFirst())
        guard let file = try? ChangesetFile(mode & 1 == 1 ? rest : rest + SHA256.hash(data: rest)) else { return }
        for page in file.pages { _ = try? ChangesetPage(encoded: page) }
    }
}
