/// The built-in list, in English: threats, insults to somebody's face, encouragement of self-harm, and contempt for
/// groups of people. It looks for who is spoken to rather than for words: "kill the process" is none of it.
///
/// It holds no slurs. A team that wants some blocked writes them into its policy's `words`.
enum BuiltInToxicity {
    static let detectors: [Detector] =
        threats.map { detector($0, "threat", 0.85) } + insults.map { detector($0, "insult", 0.8) }
        + selfHarm.map { detector($0, "self_harm", 0.85) } + hate.map { detector($0, "hate", 0.8) }

    /// Apart from the phrases themselves: they stand alone, spaces may be more than one, and an apostrophe has two
    /// forms.
    private static func detector(_ phrases: String, _ kind: String, _ confidence: Double) -> Detector {
        let text = phrases.replacing(" ?", with: #"\s{0,3}"#).replacing(" ", with: #"\s{1,3}"#)
            .replacing("'", with: "['’]")
        let pattern = Detector.builtIn(#"(?<![\p{L}\p{N}_])(?:"# + text + #")(?![\p{L}\p{N}_])"#, .caseless)
        return Detector(pattern, kind: kind, confidence: confidence)
    }

    private static let you = "(?:you|u|ya|him|her|them|your (?:whole )?(?:family|kids|children|wife|husband|mother))"
    private static let willBe = "(?:will|shall|'ll|'m going to|am going to|'re going to|are going to|'m gonna|am gonna)"
    private static let harm =
        "(?:kill|murder|stab|strangle|shoot|rape|butcher|hurt|beat(?: up)?|choke|torture|hang|hunt|slaughter)"
    /// `I will kill you`, but not `I will shoot you a message`.
    private static let noErrand = "(?! (?:a|an|some|the|to(?! death)|down the|my) )"

    private static let threats = [
        "(?:(?:i|we) ?(?:will|shall)|(?:i|we)'?(?:ll|m going to|m gonna|re going to|re gonna)|(?:i|we) (?:am|are)"
            + " (?:going to|gonna)|(?:going to|gonna))(?: (?:fucking|find you and|come and|just))? \(harm) \(you)\(noErrand)",
        "(?:i'?ll|i will|we'?ll|we will|gonna|going to) (?:(?:break|snap|rip|cut|smash|bash) your"
            + " (?:legs?|neck|arms?|face|head|skull|throat|fingers|bones)|slit your throat|burn (?:your (?:house|home)|you)"
            + "(?: (?:down|alive))?|shoot up|bomb (?:the|your|this)|make you (?:bleed|suffer|pay with your life))",
        "you(?:'re| are| r) (?:(?:so )?dead meat|a dead (?:man|woman|girl)|going to die(?! of))|(?:you|u) deserve to die"
            + "|prepare to die|(?:hope|wish) (?:you|u) (?:get cancer|die|get raped|burn)|i know where you live(?! \\w)"
            + "|you won't live to see|(?:someone|somebody) should (?:shoot|kill|stab|rape) (?:you|him|her|them)"
            + "|(?:i'd love|want) to (?:see you (?:bleed|die|suffer)|\(harm) you)\(noErrand)"
            + "|watch your back,? (?:i'm|i am|we're|because|or)",
    ]

    private static let nouns =
        "(?:idiots?|morons?|imbeciles?|cretins?|losers?|dumbass(?:es)?|assholes?|arseholes?|bitch(?:es)?|whores?|sluts?"
        + "|bastards?|retards?|scum(?:bags?)?|pigs?|cunts?|dickheads?|twats?|wankers?|cows?|shits?|fools?|freaks?"
        + "|human garbage|(?:piece of|pile of) (?:shit|crap|garbage|trash)|excuse for a human(?: being)?)"
    private static let adjectives =
        "(?:stupid|dumb|fucking|fuckin|pathetic|worthless|disgusting|ugly|fat|absolute|complete|total|little|useless"
        + "|filthy|retarded|brainless|goddamn|such|nothing but|all|just|so|really|as|a|an|the)"

    private static let insults = [
        "(?:you|u)(?:'re|r| are| r)?(?: \(adjectives)){0,4} \(nouns)|(?:ur|youre)(?: \(adjectives)){1,4} \(nouns)",
        "(?:you|u)(?:'re| are| r) (?:(?:so|such|really|just|as|too|fucking) ){0,2}(?:stupid|dumb|worthless|pathetic|brainless"
            + "|disgusting|retarded)(?!-)|are (?:you|u) (?:really )?(?:stupid|dumb|retarded)(?!-)|how (?:dumb|stupid) are you"
            + "|(?:stupid|dumb|fucking|ugly) (?:bitch|whore|cunt|moron|idiot|fuck|cow|slut|asshole)(?:e?s)?",
        "(?:fuck|f\\*\\*\\*|f\\*ck|fck|fuk|screw) (?:you|u)|(?:go )?(?:fuck|screw) yourself|fuck off|piss off|eat shit"
            + "|suck my (?:dick|cock)|shut the fuck up|you suck|(?:ass|arse)holes?|dickheads?|mother ?fuckers?|scumbags?"
            + "|wankers?|dumb ?fucks?|son of a bitch|(?:worthless|total|complete) piece of (?:shit|crap|garbage)",
    ]

    /// What stands before is of a fixed length in PCRE2, so it is written apart from the phrases.
    private static let notTold = #"(?<!not\x20)(?<!n\x27t\x20)(?<!n\x{2019}t\x20)(?<!never\x20)"#

    private static let selfHarm = [
        "\(notTold)(?:kill|off|neck|unalive|hang) your ?self(?! (?:a|an|some|over|with|for|trying) )"
            + "|kys(?! inc)|go (?:and )?(?:die(?!-)|overdose)|end your (?:own )?life|(?:go )?slit your (?:own )?wrists?"
            + "|\(notTold)(?:go )?drink (?:some )?bleach(?! or)|why (?:don't|dont) you (?:just )?(?:die|kill)"
            + "|(?:jump|throw yourself) (?:off a (?:bridge|cliff|building|roof)|in front of a (?:train|bus|car))",
        "(?:be|is) better (?:off )?without you(?! \\w)|(?:nobody|no one) would (?:miss|care if) you"
            + "(?: (?:died|killed|were dead))?|do us all a favou?r and (?:die|kill)|you(?:'d| would) be better off dead"
            + "|(?:happier|better) if you (?:were|was) (?:dead|gone)|cut yourself (?:deeper|again|more)"
            + "|you should (?:just )?(?:die|kill yourself|end it all|be dead)",
    ]

    private static let groups =
        "(?:jews?|muslims?|christians?|hindus?|immigrants?|migrants?|refugees|foreigners|gays?|gay people|lesbians?"
        + "|trans people|transgender people|black people|blacks|white people|whites|asians?|mexicans?|arabs?|africans?"
        + "|women|the disabled|disabled people|roma|gypsies|indians?|latinos?)"

    private static let hate = [
        "\(groups) (?:are|is) (?:all |nothing but |just |like |a ){0,3}(?:vermin|animals|subhumans?|cockroaches|parasites|rats"
            + "|disgusting|filth|filthy|dirty|freaks|trash|scum|inferior|disease|plague|cancer|burden and)"
            + "|\(groups) (?:should|must|need to|deserve to) (?:all )?(?:be (?:killed|exterminated|gassed|shot|hanged|put down"
            + "|eliminated)|die)|women belong in the kitchen",
        "(?:gas|kill|exterminate|death to|lynch|i hate|deport) (?:all )?(?:the )?(?:filthy |dirty |fucking ){0,2}\(groups)(?!-)"
            + "|go back to (?:your (?:own |fucking )?(?:country|shithole)|where you came from|africa)"
            + "|hitler (?:was right|did nothing wrong)|white power|(?:filthy|dirty|fucking) \(groups)",
    ]
}
