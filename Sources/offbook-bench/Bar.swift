/// What a figure is to reach.
struct Bar: Encodable, Equatable {
    enum Subject: String, Encodable {
        case ours
        case ratio
    }

    let subject: Subject
    let bound: Double
    /// Whether more is better.
    let isFloor: Bool

    static func ratio(atMost bound: Double) -> Bar { Bar(subject: .ratio, bound: bound, isFloor: false) }
    static func ratio(atLeast bound: Double) -> Bar { Bar(subject: .ratio, bound: bound, isFloor: true) }
    static func ours(atMost bound: Double) -> Bar { Bar(subject: .ours, bound: bound, isFloor: false) }
    static func ours(atLeast bound: Double) -> Bar { Bar(subject: .ours, bound: bound, isFloor: true) }

    func isHeld(ours: Double, ratio: Double?) -> Bool {
        guard let value = subject == .ours ? ours : ratio else { return false }
        return isFloor ? value >= bound : value <= bound
    }

    var text: String { (isFloor ? "≥ " : "≤ ") + Digits.text(bound) + (subject == .ratio ? "×" : "") }
}
