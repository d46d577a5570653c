/// Where searches and reports are kept.
package protocol ResearchStorage: Sendable {
    /// Nil where there is none, or it could not be read: then the work is done again.
    func bytes(for key: String) async -> [UInt8]?

    /// - Parameter seconds: how long it is good for. What is read later is not used, so nobody has to remove it on time.
    func keep(_ bytes: [UInt8], for key: String, seconds: Int) async

    func removeAll() async
}
