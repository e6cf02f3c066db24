import SeededRandom
import Testing

@testable import LoadGeneratorDomain

@Suite("Latencies")
struct LatenciesTests {
    @Test(
        "A percentile is the smallest value that so many do not exceed",
        arguments: [1, 2, 3, 10, 99, 100, 101, 1000, 1999])
    func percentiles(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let values = (0..<count).map { _ in Int64.random(in: 0..<1_000_000, using: &generator) }
        var latencies = Latencies()
        for value in values { latencies.add(nanoseconds: value) }
        for thousandths in [1, 50_000, 90_000, 99_000, 99_900, 100_000] {
            let naive = values.sorted().first { value in
                values.count { $0 <= value } * 100_000 >= count * thousandths
            }
            #expect(latencies.percentile(thousandths: thousandths) == naive)
        }
    }

    @Test("Without any duration there is no percentile and no summary")
    func empty() {
        var latencies = Latencies()
        #expect(latencies.percentile(thousandths: 50_000) == nil)
        #expect(latencies.summary() == nil)
    }

    @Test("Durations added after a question count in the next one")
    func later() {
        var latencies = Latencies()
        latencies.add(nanoseconds: 5_000_000)
        #expect(latencies.summary()?.p50Milliseconds == 5)
        latencies.add(nanoseconds: 1_000_000)
        #expect(latencies.summary()?.p50Milliseconds == 1)
        #expect(latencies.summary()?.maximumMilliseconds == 5)
    }

    @Test("The median is the middle, or between the two in the middle")
    func median() {
        #expect([3.0, 1, 2].median == 2)
        #expect([4.0, 1, 2, 3].median == 2.5)
        #expect([Double]().median == nil)
    }
}
