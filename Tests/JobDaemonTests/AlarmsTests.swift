// Alarms go off in order, once, and only the latest one of a job.

import Testing

@testable import JobDaemon

@Suite struct AlarmsTests {
  @Test func theyGoOffInOrderOfTimeThenNumber() {
    var alarms = Alarms()
    alarms.set("late", number: 1, at: 30)
    alarms.set("second", number: 3, at: 10)
    alarms.set("first", number: 2, at: 10)
    #expect(alarms.pop(now: 20) == "first")
    #expect(alarms.pop(now: 20) == "second")
    #expect(alarms.pop(now: 20) == nil)
    #expect(alarms.pop(now: 30) == "late")
    #expect(alarms.next == nil)
  }

  @Test func aNewAlarmReplacesTheOldOne() {
    var alarms = Alarms()
    alarms.set("job", number: 1, at: 10)
    alarms.set("job", number: 1, at: 50)
    #expect(alarms.pop(now: 20) == nil)
    #expect(alarms.pop(now: 50) == "job")
    #expect(alarms.pop(now: 99) == nil)
  }

  @Test func anAlarmMayBeSetBackToWhatItWas() {
    var alarms = Alarms()
    for at: Int64 in [10, 50, 10] { alarms.set("job", number: 1, at: at) }
    #expect(alarms.pop(now: 10) == "job")
    #expect(alarms.pop(now: 99) == nil)
  }

  @Test func aClearedAlarmStaysSilent() {
    var alarms = Alarms()
    alarms.set("job", number: 1, at: 10)
    alarms.clear("job")
    #expect(alarms.pop(now: 99) == nil)
  }
}
