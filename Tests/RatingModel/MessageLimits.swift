/// The message, if any, with which a number has sent more than 200 in an hour or 500 in a day: an order bars it.
///
/// SILENT: only short messages count (PRO-19), the hour slides, the day is the calendar's (G-47).
///
/// - Parameter messages: one number's, in any order.
package func firstMessageBeyondLimits(_ messages: [Usage]) -> Usage? {
    var earlier: [Instant] = []
    for message in messages.sorted(by: Usage.precedes) {
        guard case .sms = message.kind else { continue }
        earlier.append(message.endedAt)
        let inHour = earlier.filter { $0 > message.endedAt - 3600 * second }.count
        let today = localDate(of: message.endedAt)
        let inDay = earlier.filter { localDate(of: $0) == today }.count
        if inHour > smsHourLimit || inDay > smsDayLimit { return message }
    }
    return nil
}
