/// Letters with marks, by the letter that people type in their place.
///
/// Of Unicode's canonical decompositions: Latin-1 to Latin Extended-B, Latin Extended Additional, Greek and ё; and the
/// few that Unicode does not decompose (ø, ł, đ, ħ, ŧ, ı).
enum LetterVariants {
    static let table: [Unicode.Scalar: String] = [
        "a": "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ",
        "b": "ḃḅḇ",
        "c": "çćĉċčḉ",
        "d": "ďḋḍḏḑḓđ",
        "e": "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ",
        "f": "ḟ",
        "g": "ĝğġģǧǵḡ",
        "h": "ĥȟḣḥḧḩḫẖħ",
        "i": "ìíîïĩīĭįǐȉȋḭḯỉịı",
        "j": "ĵǰ",
        "k": "ķǩḱḳḵ",
        "l": "ĺļľḷḹḻḽł",
        "m": "ḿṁṃ",
        "n": "ñńņňǹṅṇṉṋ",
        "o": "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợøǿ",
        "p": "ṕṗ",
        "r": "ŕŗřȑȓṙṛṝṟ",
        "s": "śŝşšșṡṣṥṧṩ",
        "t": "ţťțṫṭṯṱẗŧ",
        "u": "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
        "v": "ṽṿ",
        "w": "ŵẁẃẅẇẉẘ",
        "x": "ẋẍ",
        "y": "ýÿŷȳẏẙỳỵỷỹ",
        "z": "źżžẑẓẕ",
        "α": "ά",
        "ε": "έ",
        "η": "ή",
        "ι": "ίϊ",
        "ο": "ό",
        "υ": "ΰϋύ",
        "ω": "ώ",
        "е": "ѐё",
    ]

    /// From each to its letter.
    static let plain: [Unicode.Scalar: Unicode.Scalar] = {
        var plain: [Unicode.Scalar: Unicode.Scalar] = [:]
        for (letter, variants) in table {
            for variant in variants.unicodeScalars { plain[variant] = letter }
        }
        return plain
    }()
}
