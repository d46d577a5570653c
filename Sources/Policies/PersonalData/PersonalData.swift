/// Detectors of personal data, and of what opens doors.
enum PersonalData {
    static func detectors(_ kind: PolicyRules.PersonalDataKind) -> [Detector] {
        switch kind {
        case .email: Emails.detectors
        case .phone: Phones.detectors
        case .card: Cards.detectors
        case .iban: BankAccounts.detectors
        case .secret: Secrets.detectors
        }
    }
}
