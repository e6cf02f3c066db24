package import Contracts

/// That a company's account pays for the number of another: everything, or up to a limit in each cycle (CAT-39, RAT-34).
package struct GroupPayment: Hashable, Sendable {
    /// Who has what is not used of a limit.
    package enum Unspent: String, Sendable, CaseIterable {
        case company, employee
    }

    package var serviceNumber: String
    /// `nil` for everything.
    package var limit: Milliyuan?
    package var unspent: Unspent
    /// Where it stands on both bills.
    package var subject: [String]

    package init(serviceNumber: String, limit: Milliyuan?, unspent: Unspent, subject: [String]) {
        self.serviceNumber = serviceNumber
        self.limit = limit
        self.unspent = unspent
        self.subject = subject
    }

    /// What it comes to in one cycle.
    package struct Share: Hashable, Sendable {
        package var serviceNumber: String
        /// By the company.
        package var paid: Milliyuan
        /// Of the number's charges; what is beyond is its own account's.
        package var used: Milliyuan
        /// What the company pays beyond them: money of the employee.
        package var rest: Milliyuan { self.paid - self.used }
    }

    package func share(of spent: Milliyuan) -> Share {
        guard let limit = self.limit else {
            return Share(serviceNumber: self.serviceNumber, paid: spent, used: spent)
        }
        let used = min(limit, spent)
        return Share(
            serviceNumber: self.serviceNumber, paid: self.unspent == .employee ? limit : used, used: used)
    }
}

/// That a number spends a minimum in a cycle (RAT-24, G-39).
package struct MinimumSpend: Hashable, Sendable {
    package var serviceNumber: String
    package var minimum: Milliyuan
    /// Bill subjects that do not count.
    package var excluded: [[String]]
    /// Of what is missing.
    package var subject: [String]

    package init(serviceNumber: String, minimum: Milliyuan, excluded: [[String]], subject: [String]) {
        self.serviceNumber = serviceNumber
        self.minimum = minimum
        self.excluded = excluded
        self.subject = subject
    }

    /// What is missing to the minimum; `nil` where nothing is.
    func missing(in lines: [BillLine]) -> BillLine? {
        let spent = lines.reduce(Milliyuan.zero) { sum, line in
            line.serviceNumber == self.serviceNumber && !self.excluded.contains(line.subject) ? sum + line.amount : sum
        }
        guard spent < self.minimum else { return nil }
        return BillLine(subject: self.subject, serviceNumber: self.serviceNumber, amount: self.minimum - spent)
    }
}
