internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import ReplicaStore
internal import Synchronization

/// What the directory said of callers, for as long as it is not changed by any process. Who asks often is not
/// looked up anew with each request; who lost something has lost it with the next.
///
/// Memory is bounded: when there is too much of it, all of it goes.
final class DirectoryMemory: Sendable {
    /// All that the directory's answer depends on, but its contents.
    private struct Key: Hashable, Sendable {
        var subject: String?
        var account: Caller.Standing?
        var kind: ObjectIdentifier
    }

    private struct Contents {
        var mark: Int64 = 0
        var values: [Key: any Sendable] = [:]
    }

    /// By which a caller is found who was found before.
    private struct Known: Sendable {
        var caller: Caller
        var at: Int64
    }

    private static let most = 10_000
    private let directory: DirectoryStore
    private let contents = Mutex(Contents())

    init(_ directory: DirectoryStore) { self.directory = directory }

    /// Nil for one who is to be looked up.
    func caller(bearing token: String, from origin: Origin) throws -> Caller? {
        let (mark, now) = (try directory.changeMark.value(), directory.clock())
        guard let known: Known = find(Key(subject: token, kind: ObjectIdentifier(Known.self)), mark),
            now - known.at < DirectoryStore.useGrain, known.caller.until ?? .max > now
        else { return nil }
        var caller = known.caller
        caller.origin = origin
        return caller
    }

    /// Looks a caller up.
    func lookUp(bearing token: String, from origin: Origin) throws -> Caller? {
        let mark = try directory.changeMark.value()
        let caller = try directory.caller(bearing: token, from: origin)
        if let caller {
            let known = Known(caller: caller, at: directory.clock())
            keep(known, Key(subject: token, kind: ObjectIdentifier(Known.self)), mark)
        }
        return caller
    }

    /// - Parameters:
    ///   - subject: what else it depends on.
    ///   - find: gives the same whenever it is asked of the same caller and subject.
    func value<T: Sendable>(of caller: Caller, _ subject: String?, _ find: () throws -> T) throws -> T {
        let mark = try directory.changeMark.value()
        let key = Key(subject: subject, account: caller.standing, kind: ObjectIdentifier(T.self))
        if let found: T = self.find(key, mark) { return found }
        let made = try find()
        keep(made, key, mark)
        return made
    }

    private func find<T: Sendable>(_ key: Key, _ mark: Int64) -> T? {
        contents.withLock { $0.mark == mark ? $0.values[key] as? T : nil }
    }

    /// - Parameter mark: that of the directory before it was asked.
    private func keep(_ value: some Sendable, _ key: Key, _ mark: Int64) {
        contents.withLock { contents in
            if contents.mark != mark || contents.values.count >= Self.most { contents = Contents(mark: mark) }
            contents.values[key] = value
        }
    }
}

extension Caller {
    /// Who they are to the directory, whichever request they make.
    fileprivate struct Standing: Hashable, Sendable {
        var account: [UInt8]
        var boundTo: Int64?
        var preferred: Int64?
        var permissions: Int
        var isOperator: Bool
    }

    fileprivate var standing: Standing {
        Standing(
            account: account.bytes, boundTo: boundTo, preferred: preferred, permissions: Int(permissions.rawValue),
            isOperator: isOperator)
    }
}
