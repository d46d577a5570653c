internal import HTTPTypes
internal import NIOPosix

/// On which threads routes are answered, as none may hold up an event loop.
struct Workers: Sendable {
    /// Of those who wait for the disk: as many as may be committed together.
    let writing: NIOThreadPool
    /// Nil where there are no passwords.
    let passwords: PasswordWork?

    func perform<T: Sendable>(_ route: Route, _ body: @escaping @Sendable () throws -> T) async throws -> T {
        switch (route.work, passwords) {
        case (.heavy, let passwords?): try await passwords.run(body)
        case _ where route.method == .get: try await NIOThreadPool.singleton.runIfActive(body)
        default: try await writing.runIfActive(body)
        }
    }
}
