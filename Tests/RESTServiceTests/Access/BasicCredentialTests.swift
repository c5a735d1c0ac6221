import Foundation
import Testing

@testable import RESTService

@Suite struct BasicCredentialTests {
  @Test func theExamplesOfTheStandardAreRead() {
    // RFC 7617 sections 2 and 2.1.
    let aladdin = BasicCredential("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    #expect(aladdin?.name == "Aladdin" && aladdin?.password == Array("open sesame".utf8))
    let test = BasicCredential("basic  dGVzdDoxMjPCow==")
    #expect(test?.name == "test" && test?.password == Array("123£".utf8))
  }

  @Test func aPasswordMayHoldColonsAndBeEmpty() {
    #expect(BasicCredential("Basic " + base64("a:b:c"))?.password == Array("b:c".utf8))
    #expect(BasicCredential("Basic " + base64("a:"))?.password == [])
  }

  @Test(arguments: [
    "", "Basic", "Basic ", "Bearer QTpi", "Basic QTpi QTpi", "Basic QTp", "Basic !!!!", "Basic QQ",
    "Basic QTpi=", "Basic QT=pi", "Basic QTp\u{0}", "Basic /zpi", "Basic QUI=", "Basic Q",
  ])
  func anythingElseIsNone(field: String) {
    #expect(BasicCredential(field) == nil)
  }

  @Test func aPasswordThatCryptWouldRefuseIsNone() {
    let long = String(repeating: "x", count: 511)
    #expect(BasicCredential("Basic " + base64("a:" + long)) != nil)
    #expect(BasicCredential("Basic " + base64("a:x" + long)) == nil)
  }

  @Test func base64IsDecodedAsFoundationDoes() {
    var random = SystemRandomNumberGenerator()
    for length in 0..<100 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(BasicCredential.decode(Data(bytes).base64EncodedString().utf8) == bytes)
    }
  }
}

func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
