/// Numbers as the report shows them.
enum Digits {
    /// With about four digits that count: nobody reads more.
    static func text(_ number: Double) -> String {
        text(number, digits: abs(number) >= 1000 ? 0 : abs(number) >= 100 ? 1 : 2)
    }

    static func text(_ number: Double, digits: Int) -> String {
        guard number.isFinite, abs(number) < 1e15 else { return "-" }
        let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = Int((abs(number) * Double(scale)).rounded())
        let sign = number < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % scale)
        return "\(sign)\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
