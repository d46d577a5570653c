/// Keys, tokens and passwords.
///
/// The forms of the providers' keys are public. They follow the rules of gitleaks
/// (https://github.com/gitleaks/gitleaks, `config/gitleaks.toml`) and the providers' own documents, with every
/// repetition bounded, so that a stream never holds back more than one of them.
enum Secrets {
    static let detectors = [keys, webTokens, privateKeys, bearers, assignments, addresses]

    private static func hit(_ sighting: Detector.Sighting, _ confidence: Double) -> Detector.Hit {
        Detector.Hit(kind: "secret", range: sighting.value, confidence: confidence)
    }

    /// Those whose beginning says whose they are. `sk-` and `pe-` also begin words of other people, such as class names
    /// in style sheets: what follows has to look like chance.
    private static let keys = Detector(
        Detector.builtIn(
            #"(?<![A-Za-z0-9_])(?:(?:sk|pe)-[A-Za-z0-9_-]{20,200}|gh[opsur]_[A-Za-z0-9]{36,255}"#
                + #"|github_pat_[A-Za-z0-9_]{22,255}|gl(?:pat|dt|rt|ptt|ft|soat|oas)-[A-Za-z0-9_-]{20,64}"#
                + #"|gsk_[A-Za-z0-9]{40,64}|(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])|AIza[A-Za-z0-9_-]{35}"#
                + #"|xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-\d-[A-Za-z0-9-]{20,250}"#
                + #"|[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,99}|whsec_[A-Za-z0-9+/=]{24,64}|npm_[A-Za-z0-9]{36}"#
                + #"|hf_[A-Za-z0-9]{30,40}|SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}|SK[0-9a-f]{32}(?![A-Za-z0-9])"#
                + #"|ya29\.[A-Za-z0-9_-]{20,400}|GOCSPX-[A-Za-z0-9_-]{28}|dop_v1_[a-f0-9]{64}"#
                + #"|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|pypi-AgE[A-Za-z0-9_-]{50,200}|hv[sb]\.[A-Za-z0-9_-]{24,300}"#
                + #"|xai-[A-Za-z0-9]{60,100}|dckr_pat_[A-Za-z0-9_-]{27}|\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9]))"#)
    ) { sighting in
        let isLoose = sighting.text.hasPrefix("sk-") || sighting.text.hasPrefix("pe-")
        return !isLoose || Chance.isLikely(sighting.bytes[sighting.value.dropFirst(3)]) ? hit(sighting, 0.95) : nil
    }

    /// JSON Web Tokens (RFC 7519) with a signature: a header and claims, each a JSON object in base64url.
    private static let webTokens = Detector(
        Detector.builtIn(
            #"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{16,1000}"#)
    ) { hit($0, 0.95) }

    /// PEM (RFC 7468), also with the line ends escaped as in JSON; and of OpenPGP. The header alone is no secret.
    private static let privateKeys = Detector(
        Detector.builtIn(
            #"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"#
                + #"(?:[A-Za-z0-9+/=:,.()\\\s-]{40,9000}?-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"#
                + #"|[A-Za-z0-9+/=\\\s]{40,9000}+)"#),
        needs: UInt8(ascii: "-")
    ) { sighting in
        let body = sighting.bytes[sighting.value].dropFirst(40)
        return body.split(whereSeparator: { $0 <= 0x20 }).contains { $0.count >= 32 } ? hit(sighting, 0.98) : nil
    }

    /// RFC 6750.
    private static let bearers = Detector(
        Detector.builtIn(#"(?<![A-Za-z0-9])bearer[ ]{1,3}([A-Za-z0-9._~+/-]{16,4000}={0,2})"#, .caseless)
    ) { sighting in
        Chance.isLikely(sighting.bytes[sighting.value]) ? hit(sighting, 0.9) : nil
    }

    /// `password = …`, also in a sentence and in other languages.
    private static let assignments = Detector(
        Detector.builtIn(
            #"(?:pass(?:word|wd|phrase|wort)|pwd|kennwort|contrase(?:ñ|n)a|mot de passe|secret|token"#
                + #"|(?:api|access|account|secret|signing|encryption|auth|client|master)[_ -]?(?:key|token|secret)"#
                + #"|credentials?)["']?(?:[ \t]{0,4}(?::=|=>|=|:)|[ ](?:is|ist|es|est)[ ]|(?<=[a-z])[ ](?=[A-Za-z0-9]{32}))"#
                + #"[ \t]{0,4}["'`]?([^\s"'`,;<>(){}\[\]]{6,256})"#, .caseless)
    ) { sighting in
        guard let confidence = Chance.confidence(password: Array(sighting.bytes[sighting.value])) else { return nil }
        return hit(sighting, confidence)
    }

    /// `scheme://name:password@host` (RFC 3986, section 3.2.1).
    private static let addresses = Detector(
        Detector.builtIn(#"(?<=[A-Za-z0-9])://[^\s/:@"'<>]{0,64}:([^\s/@"'<>]{4,200})@[A-Za-z0-9\[]"#),
        needs: UInt8(ascii: "@")
    ) { sighting in
        Chance.isPlaceholder(Array(sighting.bytes[sighting.value])) ? nil : hit(sighting, 0.85)
    }
}
