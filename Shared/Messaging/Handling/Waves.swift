/// Splits a batch into waves, so that each handler gets as many messages at once as possible and the
/// messages of one key still are handled in their order.
///
/// Every wave belongs to one handler. A message goes into the first wave of its handler that does not
/// lie before the wave of the message before it of the same key: messages of different keys overtake
/// each other, messages of one key never do.
struct Waves<Element> {
    struct Wave {
        var handler: Int
        var elements: [Element]
    }

    private(set) var waves: [Wave] = []
    private var lastWaveOfKey: [String: Int] = [:]

    init() {}

    mutating func append(_ element: Element, key: String, handler: Int) {
        let earliest = self.lastWaveOfKey[key] ?? 0
        let wave = self.waves[min(earliest, self.waves.count)...].firstIndex { $0.handler == handler }
        if let wave {
            self.waves[wave].elements.append(element)
            self.lastWaveOfKey[key] = wave
        } else {
            self.waves.append(Wave(handler: handler, elements: [element]))
            self.lastWaveOfKey[key] = self.waves.count - 1
        }
    }
}
