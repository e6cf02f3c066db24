/// A number as it is dialled in the country: `0086` and a mobile number is that number; `0086` and anything else is
/// that with a 0 before it. SILENT: so numbers of the private network are known again when they are dialled like this.
func national(_ number: String) -> String {
    guard number.hasPrefix("0086") else { return number }
    let rest = String(number.dropFirst(4))
    if rest.hasPrefix("1") && rest.count == 11 { return rest }
    return rest.hasPrefix("0") ? rest : "0" + rest
}

func isAbroad(_ number: String) -> Bool { number.hasPrefix("00") && !number.hasPrefix("0086") }

/// Hong Kong, Macao and Taiwan; all others.
func priceAbroad(_ number: String) -> Int {
    ["00852", "00853", "00886"].contains { number.hasPrefix($0) } ? greaterChina : otherCountries
}
