/// Where ids, nonces and epochs come from: the system's generator, but for a simulation, which has to
/// make the same history again from the same seed.
package struct RandomSource: RandomNumberGenerator, Sendable {
    private let draw: @Sendable () -> UInt64

    package static let system = RandomSource {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }

    package init(_ draw: @escaping @Sendable () -> UInt64) { self.draw = draw }

    package func next() -> UInt64 { draw() }

    package func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        // The system's generator is asked for eight at once.
        while bytes.count < count {
            withUnsafeBytes(of: draw().littleEndian) { bytes += $0.prefix(count - bytes.count) }
        }
        return bytes
    }
}
