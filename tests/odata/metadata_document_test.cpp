// $metadata: what clients that generate code read. Names that it declares and what the schema has.
#include "metadata_for_test.hpp"
#include "odata/operation_table.hpp"

namespace metadata_document_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

const std::string& document() {
    static const auto text = body_of(metadata_answer(service + "$metadata"));
    return text;
}

bool holds(std::string_view piece) { return document().find(piece) != std::string::npos; }

}  // namespace

TEST_CASE("$metadata is XML, whatever Accept says", "[odata][metadata]") {
    const auto answer = metadata_answer(service + "$metadata", {{"Accept", "application/json"}});
    CHECK(answer.status == 200);
    CHECK(header(answer, "Content-Type") == "application/xml");
    CHECK(header(answer, "OData-Version") == "4.0");
    CHECK(body_of(answer) == document());
    CHECK(document().starts_with(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><edmx:Edmx Version=\"4.0\""
    ));
}

TEST_CASE("a table is an entity type and a set with its bindings", "[odata][metadata]") {
    CHECK(holds(
        "<EntityType Name=\"msdyn_octwitterhandlesecret\" BaseType=\"mscrm.crmbaseentity\"><Key>"
        "<PropertyRef Name=\"msdyn_octwitterhandlesecretid\"/></Key>"
    ));
    CHECK(holds("<Property Name=\"msdyn_name\" Type=\"Edm.String\" Unicode=\"false\"/>"));
    CHECK(holds("<Property Name=\"_msdyn_octwitterhandleid_value\" Type=\"Edm.Guid\"/>"));
    CHECK(holds(
        "<NavigationProperty Name=\"msdyn_octwitterhandleid\" Type=\"mscrm.msdyn_octwitterhandle\" "
        "Nullable=\"false\" Partner=\"msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_"
        "octwitterhandleid\"><ReferentialConstraint Property=\"_msdyn_octwitterhandleid_value\" "
        "ReferencedProperty=\"msdyn_octwitterhandleid\"/></NavigationProperty>"
    ));
    CHECK(
        holds("<NavigationProperty Name=\"msdyn_octwitterhandlesecret_SyncErrors\" "
              "Type=\"Collection(mscrm.syncerror)\" "
              "Partner=\"regardingobjectid_msdyn_octwitterhandlesecret\"/>")
    );
    CHECK(
        holds("<EntitySet Name=\"msdyn_octwitterhandlesecrets\" "
              "EntityType=\"Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret\">"
              "<NavigationPropertyBinding Path=\"msdyn_octwitterapplicationid\" "
              "Target=\"msdyn_octwitterapplications\"/>")
    );
}

TEST_CASE("users and teams are principals, keyed by ownerid", "[odata][metadata]") {
    CHECK(holds("<EntityType Name=\"systemuser\" BaseType=\"mscrm.principal\"><Property"));
    CHECK(holds("<EntityType Name=\"team\" BaseType=\"mscrm.principal\"><Property"));
    CHECK(holds("<NavigationProperty Name=\"ownerid\" Type=\"mscrm.principal\" Nullable=\"false\">")
    );
}

TEST_CASE(
    "functions and actions are declared with what they take and answer", "[odata][metadata]"
) {
    CHECK(holds(
        "<Function Name=\"WhoAmI\"><ReturnType Type=\"mscrm.WhoAmIResponse\" Nullable=\"false\"/>"
        "</Function>"
    ));
    CHECK(holds("<FunctionImport Name=\"WhoAmI\" Function=\"Microsoft.Dynamics.CRM.WhoAmI\"/>"));
    CHECK(
        holds("<Action Name=\"CreateMultiple\" IsBound=\"true\"><Parameter Name=\"entityset\" "
              "Type=\"Collection(mscrm.msdyn_octwitterhandlesecret)\" Nullable=\"false\"/>"
              "<Parameter Name=\"Targets\" Type=\"Collection(mscrm.crmbaseentity)\"/>"
              "<ReturnType Type=\"mscrm.CreateMultipleResponse\" Nullable=\"false\"/></Action>")
    );
    CHECK_FALSE(holds("ActionImport Name=\"CreateMultiple\""));
    for (const auto* one : all_operations()) {
        INFO(one->name);
        const auto element =
            "<" + std::string{one->kind == OperationKind::action ? "Action" : "Function"} +
            " Name=\"" + std::string{one->name} + "\"";
        if (one->kind == OperationKind::resource) continue;
        // What begins with a dollar sign is the protocol's, and no name in a model.
        const bool declared = one->status == OperationStatus::built && !one->name.starts_with('$');
        CHECK(holds(element) == declared);
    }
}

TEST_CASE("nothing that the vault alone reads is declared", "[odata][metadata]") {
    for (const auto* table : schema::tables()) {
        for (const auto& column : table->columns) {
            if (column.type != schema::Type::digest) continue;
            INFO(column.name);
            CHECK_FALSE(holds("Name=\"" + std::string{column.name} + "\""));
        }
    }
}

TEST_CASE("annotations are there when they are asked for, and only then", "[odata][metadata]") {
    CHECK_FALSE(holds("<Annotation"));
    const auto asked = body_of(metadata_answer(service + "$metadata?annotations=true"));
    const auto preferred = body_of(
        metadata_answer(service + "$metadata", {{"Prefer", "odata.include-annotations=\"*\""}})
    );
    CHECK(asked == preferred);
    CHECK(
        asked.find("<Annotation Term=\"Org.OData.Core.V1.Computed\" Bool=\"true\"/>") !=
        std::string::npos
    );
    CHECK(
        asked.find("<EnumMember>Org.OData.Core.V1.PermissionType/Read</EnumMember>") !=
        std::string::npos
    );
    CHECK(
        asked.find(
            "<PropertyValue Property=\"Name\" PropertyPath=\"msdyn_octwitteruniquehandleid\"/>"
        ) != std::string::npos
    );
    for (const auto* const other :
         {"-*", "*,-Org.OData.Core.V1.*", "Microsoft.Dynamics.CRM.*,-*", ""}) {
        CAPTURE(other);
        CHECK(
            body_of(metadata_answer(
                service + "$metadata",
                {{"Prefer", "odata.include-annotations=\"" + std::string{other} + "\""}}
            )) == document()
        );
    }
    for (const auto* const other :
         {"annotations=false", "annotation=true", "tag=annotations=true"}) {
        CHECK(body_of(metadata_answer(service + "$metadata?" + other)) == document());
    }
}

TEST_CASE("the service document lists the sets of definitions too", "[odata][metadata]") {
    const auto out = nlohmann::json::parse(
        body_of(shown(context_of("/api/data/v9.2/"), messages::ServiceDocumentReply{}))
    );
    const auto names = each(out.at("value"), "name");
    for (const auto* const name :
         {"msdyn_octwitterhandlesecrets",
          "EntityDefinitions",
          "RelationshipDefinitions",
          "GlobalOptionSetDefinitions",
          "sdkmessages",
          "sdkmessagefilters"}) {
        CHECK(std::ranges::count(names, name) == 1);
    }
    CHECK(names == each(out.at("value"), "url"));
}

}  // namespace metadata_document_test
