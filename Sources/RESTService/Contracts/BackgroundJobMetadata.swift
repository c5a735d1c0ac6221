// What background jobs are, in OData's own language (CSDL in XML, OData 4.0 part 3).

/// The answer to `$metadata`.
enum BackgroundJobMetadata {
  static let root = "/jobsmanagement/odata/v1.0"
  static let entitySet = "backgroundjob"

  static let document: String = {
    let properties = BackgroundJob.Property.allCases.map { property in
      let required = property == .id || property == .jobID ? " Nullable=\"false\"" : ""
      return "<Property Name=\"\(property.rawValue)\" Type=\"\(property.edmType)\"\(required)/>"
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
        <edmx:DataServices>
          <Schema Namespace="jobrun" xmlns="http://docs.oasis-open.org/odata/ns/edm">
            <EntityType Name="BackgroundJob">
              <Key><PropertyRef Name="ID"/></Key>
              \(properties.joined(separator: "\n        "))
            </EntityType>
            <EntityContainer Name="Container">
              <EntitySet Name="\(entitySet)" EntityType="jobrun.BackgroundJob"/>
            </EntityContainer>
          </Schema>
        </edmx:DataServices>
      </edmx:Edmx>

      """
  }()
}
