/// A PostgreSQL type and the type of its arrays, by the object ids that are the same in every server.
package struct PostgresType: Hashable, Sendable {
    /// The type's object id; 0 leaves the choice to the server.
    package let oid: UInt32
    /// The object id of `type[]`; 0 where arrays are not used.
    package let array: UInt32

    package init(oid: UInt32, array: UInt32) {
        self.oid = oid
        self.array = array
    }

    package static let bool = Self(oid: 16, array: 1000)
    package static let bytea = Self(oid: 17, array: 1001)
    package static let name = Self(oid: 19, array: 1003)
    package static let int8 = Self(oid: 20, array: 1016)
    package static let int2 = Self(oid: 21, array: 1005)
    package static let int4 = Self(oid: 23, array: 1007)
    package static let text = Self(oid: 25, array: 1009)
    package static let json = Self(oid: 114, array: 199)
    package static let float4 = Self(oid: 700, array: 1021)
    package static let float8 = Self(oid: 701, array: 1022)
    package static let unknown = Self(oid: 705, array: 0)
    package static let bpchar = Self(oid: 1042, array: 1014)
    package static let varchar = Self(oid: 1043, array: 1015)
    package static let date = Self(oid: 1082, array: 1182)
    package static let timestamptz = Self(oid: 1184, array: 1185)
    package static let uuid = Self(oid: 2950, array: 2951)
    package static let jsonb = Self(oid: 3802, array: 3807)
    package static let xid8 = Self(oid: 5069, array: 271)

    /// Object ids from here on belong to types that the database's users made: enums, domains, rows.
    package static let firstUserDefined: UInt32 = 16384
}
