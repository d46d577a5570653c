/// A value of a field of the rules. Nothing is nested deeper than a list of texts.
enum RuleValue: Equatable {
    case text(String)
    case texts([String])
    case boolean(Bool)
    case number(Double)
}
