internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// Answers each connection's requests on the event loop that reads and writes it.
///
/// A request otherwise goes over to a thread of the Swift runtime and its answer comes back, two wake-ups of which
/// each takes as long as a short answer does. What takes long goes to threads of its own anyway: see `Workers`.
struct OnEventLoop<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base

    init(_ base: Base) { self.base = base }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        base.setup(channel: channel, logger: logger)
    }

    func handle(value: Base.Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}

/// Runs tasks on an event loop, which has to run for as long as they do.
final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
