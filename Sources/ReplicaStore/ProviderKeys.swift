package import Changesets
internal import Crypto
internal import FoundationEssentials

/// What may be shown of a provider's key.
package struct ProviderKeyNote: Hashable, Sendable {
    package var provider: RowID
    package var name: String
    /// `scheme://host:port`: where it may be sent.
    package var origin: String
    /// At most its last four characters; empty for a short one.
    package var ending: String
}

/// The keys of providers, in a data directory: a server's, or somebody's own. They never are in a library, and so
/// never travel.
///
/// Each is sealed (AES-GCM) by a key in a file of its own, which only its owner may read, and bound to its provider
/// and the origin of that one's base URL: who changes the URL in the library can't have the key sent elsewhere.
package struct ProviderKeys: Sendable {
    static let fileName = "provider-keys.json"
    static let keyFileName = "provider.key"
    /// Of a key, in bytes.
    package static let keyBytesMax = 4096

    private let directory: DataDirectory
    private var path: String { "\(directory.path)/\(Self.fileName)" }
    private var keyPath: String { "\(directory.path)/\(Self.keyFileName)" }

    package init(_ directory: DataDirectory) { self.directory = directory }

    private struct Entry: Codable {
        var provider: String
        var name: String
        var origin: String
        var ending: String
        var sealed: String
    }

    private struct File: Codable { var keys: [Entry] }

    /// Takes the place of the provider's former key.
    ///
    /// - Throws: `ReplicaError.invalid` for what is no key, or a base URL that is none.
    package func set(_ key: String, of provider: RowID, name: String, baseURL: String) throws {
        let origin = try origin(of: baseURL)
        let isPrintable = key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard !key.isEmpty, key.utf8.count <= Self.keyBytesMax, isPrintable else {
            throw ReplicaError(
                .invalid, "a key is of 1 to \(Self.keyBytesMax) printable ASCII characters, without spaces")
        }
        try directory.prepare()
        try directory.locked {
            let box = try AES.GCM.seal(
                Data(key.utf8), using: sealingKey(), authenticating: Self.bond(provider, origin))
            guard let sealed = box.combined else { throw ReplicaError(.internalFault, "the key can't be sealed") }
            let entry = Entry(
                provider: provider.hex, name: name, origin: origin, ending: Self.ending(of: key),
                sealed: sealed.base64EncodedString())
            try write(entries().filter { $0.provider != entry.provider } + [entry])
        }
    }

    /// - Returns: whether there was one.
    @discardableResult
    package func remove(_ provider: RowID) throws -> Bool {
        try directory.prepare()
        return try directory.locked {
            let all = try entries()
            let rest = all.filter { $0.provider != provider.hex }
            if rest.count < all.count { try write(rest) }
            return rest.count < all.count
        }
    }

    /// The key itself, for a request to that URL; nil where there is none.
    ///
    /// - Throws: `ReplicaError.denied` where the base URL has another origin than when the key was given,
    ///   `.damaged` where it can't be opened.
    package func open(_ provider: RowID, baseURL: String) throws -> String? {
        guard let entry = try entries().first(where: { $0.provider == provider.hex }) else { return nil }
        let origin = try origin(of: baseURL)
        guard entry.origin == origin else {
            throw ReplicaError(
                .denied,
                "the key of \(entry.name) is for \(entry.origin), and its base URL is at \(origin) now; if that is right, "
                    + "give the key anew")
        }
        guard let key = try existingKey(), let sealed = Data(base64Encoded: entry.sealed),
            let box = try? AES.GCM.SealedBox(combined: sealed),
            let plain = try? AES.GCM.open(box, using: key, authenticating: Self.bond(provider, origin))
        else {
            throw ReplicaError(.damaged, "the key of \(entry.name) can't be opened by \(keyPath); give it anew")
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// By name.
    package func list() throws -> [ProviderKeyNote] {
        try entries().compactMap { entry in
            RowID(hex: entry.provider).map {
                ProviderKeyNote(provider: $0, name: entry.name, origin: entry.origin, ending: entry.ending)
            }
        }.sorted { ($0.name, $0.provider) < ($1.name, $1.provider) }
    }

    // MARK: The files

    private func entries() throws -> [Entry] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        do {
            return try JSONDecoder().decode(File.self, from: data).keys
        } catch {
            throw ReplicaError(.damaged, "\(path) can't be read; remove it and give the keys of providers anew")
        }
    }

    private func write(_ entries: [Entry]) throws {
        try SecretFile.write(JSONEncoder().encode(File(keys: entries)), to: path)
    }

    /// Made where there is none.
    private func sealingKey() throws -> SymmetricKey {
        if let key = try existingKey() { return key }
        let made = SymmetricKey(size: .bits256)
        try SecretFile.write(made.withUnsafeBytes { Data($0) }, to: keyPath)
        return made
    }

    private func existingKey() throws -> SymmetricKey? {
        guard let data = FileManager.default.contents(atPath: keyPath) else { return nil }
        guard data.count == 32 else {
            throw ReplicaError(
                .damaged,
                "\(keyPath) is no key of 32 bytes; restore it, or remove it and give the keys of providers anew")
        }
        return SymmetricKey(data: data)
    }

    private func origin(of url: String) throws -> String {
        guard let origin = ProviderAddress.origin(url) else {
            throw ReplicaError(.invalid, "“\(url)” is no base URL: it takes one such as https://api.example.org/v1")
        }
        return origin
    }

    private static func bond(_ provider: RowID, _ origin: String) -> Data {
        Data("offbook provider key\n\(provider.hex)\n\(origin)".utf8)
    }

    /// Enough to tell one from another; of a short key nothing, as four characters would be much of it.
    private static func ending(of key: String) -> String { key.utf8.count >= 20 ? String(key.suffix(4)) : "" }
}
