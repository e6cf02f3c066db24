import Contracts
import Postgres

/// The last accepted setting of the business clock; no row before the first.
struct FindClockSetting: Statement {
    static let sql = """
        SELECT business_at, rate, wall_at
          FROM business_clock
        """

    static func read(_ columns: inout Columns) throws -> BusinessClock.Setting {
        BusinessClock.Setting(
            businessAt: try columns.next(),
            rate: Int(try columns.next(Int32.self)),
            wallAt: try columns.next()
        )
    }
}

struct SaveClockSetting: Statement {
    static let sql = """
        INSERT INTO business_clock (business_at, rate, wall_at)
        VALUES ($1, $2, $3)
            ON CONFLICT (only_row) DO UPDATE
           SET business_at = EXCLUDED.business_at,
               rate = EXCLUDED.rate,
               wall_at = EXCLUDED.wall_at
        """

    var setting: BusinessClock.Setting

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.setting.businessAt)
        parameters.append(Int32(self.setting.rate))
        parameters.append(self.setting.wallAt)
    }
}
