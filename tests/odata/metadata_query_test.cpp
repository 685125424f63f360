// Definitions as data: what clients ask for, in the forms that they ask in, and what is refused.
#include "metadata_for_test.hpp"
#include "odata/metadata/filter.hpp"
#include "odata/metadata/question.hpp"
#include "odata/metadata/selection.hpp"
#include "odata/metadata/types.hpp"
#include "odata/operation_table.hpp"

#include <set>

namespace metadata_query_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;

namespace {

const std::string entities = service + "EntityDefinitions";
const std::string attributes_url = entity_url + "/Attributes";

std::string repeated(const std::string& piece, std::size_t times, const std::string& between) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += (i == 0 ? "" : between) + piece;
    return out;
}

std::vector<std::string> tables_where(const std::string& filter) {
    return each(
        metadata_at(entities + "?$select=LogicalName&$filter=" + filter).at("value"), "LogicalName"
    );
}

}  // namespace

TEST_CASE("the first questions of clients are answered", "[odata][metadata]") {
    const auto one = metadata_at(
        entities +
        "?$select=LogicalName,EntitySetName,PrimaryIdAttribute&$filter=LogicalName eq "
        "'msdyn_octwitterhandlesecret'"
    );
    CHECK(
        one.at("@odata.context") ==
        "https://vault.example.com/api/data/v9.2/$metadata#EntityDefinitions(LogicalName,"
        "EntitySetName,PrimaryIdAttribute)"
    );
    REQUIRE(one.at("value").size() == 1);
    const auto& row = one.at("value").at(0);
    CHECK(row.at("EntitySetName") == "msdyn_octwitterhandlesecrets");
    CHECK(row.at("PrimaryIdAttribute") == "msdyn_octwitterhandlesecretid");
    CHECK(row.contains("MetadataId"));
    CHECK(row.size() == 4);

    const auto all = metadata_at(entities + "?$select=EntitySetName,LogicalName").at("value");
    CHECK(all.size() == schema::tables().size());
    CHECK(metadata_at(entities).at("value").at(0).at("HasNotes") == false);
    CHECK(metadata_at(entities).at("value").at(0).at("HasActivities") == false);
    CHECK(tables_where("IsPrivate eq false").size() == all.size());
    CHECK(tables_where("IsIntersect eq true").size() == schema::associations().size());

    const auto picklists = metadata_at(
        service +
        "EntityDefinitions(LogicalName='team')/Attributes/"
        "Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand="
        "OptionSet($select=Options),GlobalOptionSet($select=Options)"
    );
    CHECK(picklists.at("value").size() == 2);
    for (const auto& column : picklists.at("value")) {
        CHECK_FALSE(column.contains("@odata.type"));
        CHECK_FALSE(column.at("OptionSet").at("Options").empty());
        CHECK(column.at("OptionSet").at("Options").at(0).at("Label").contains("UserLocalizedLabel")
        );
        CHECK(column.at("GlobalOptionSet").is_null());
    }
    CHECK(
        metadata_at(attributes_url + "?$filter=AttributeType ne 'Virtual'").at("value").size() ==
        metadata_at(attributes_url).at("value").size()
    );
    const auto keys = metadata_at(entity_url + "/Keys").at("value");
    REQUIRE(keys.size() == 1);
    CHECK(keys.at(0).at("KeyAttributes") == json{"msdyn_octwitteruniquehandleid"});
    CHECK(keys.at(0).at("EntityKeyIndexStatus") == "Active");
}

TEST_CASE(
    "a definition is found by its name and by its id, which never changes", "[odata][metadata]"
) {
    const auto by_name = metadata_at(entity_url + "?$select=LogicalName");
    const std::string id = by_name.at("MetadataId");
    // Clients keep it.
    CHECK(id == "ed71952c-1780-878b-ba17-d6cc9ac731c0");
    CHECK(metadata_at(entities + "(" + id + ")?$select=LogicalName") == by_name);
    CHECK(metadata_at(entities + "(MetadataId=" + id + ")?$select=LogicalName") == by_name);
    CHECK(
        metadata_at(
            entities + "(LogicalName=@p)?$select=LogicalName&@p="
                       "'msdyn_octwitterhandlesecret'"
        ) == by_name
    );
    CHECK(
        by_name.at("@odata.context") ==
        "https://vault.example.com/api/data/v9.2/$metadata#EntityDefinitions(LogicalName)/$entity"
    );
    const std::string column =
        metadata_at(attributes_url + "(LogicalName='ownerid')").at("MetadataId");
    CHECK(metadata_at(attributes_url + "(" + column + ")").at("LogicalName") == "ownerid");
    const auto alone = metadata_at(attributes_url + "(LogicalName='ownerid')/MetadataId");
    CHECK(alone.at("value") == column);
    CHECK(
        alone.at("@odata.context") ==
        "https://vault.example.com/api/data/v9.2/$metadata#EntityDefinitions("
        "'msdyn_octwitterhandlesecret')/Attributes('ownerid')/MetadataId"
    );
}

TEST_CASE("no two definitions have one id", "[odata][metadata]") {
    std::set<std::string> seen;
    std::size_t count = 0;
    const auto add = [&](const json& rows) {
        for (const auto& row : rows) {
            seen.insert(row.at("MetadataId").get<std::string>());
            ++count;
        }
    };
    const auto all = metadata_at(
        entities +
        "?$select=LogicalName&$expand=Attributes($select="
        "LogicalName),Keys($select=LogicalName)"
    );
    add(all.at("value"));
    for (const auto& table : all.at("value")) {
        add(table.at("Attributes"));
        add(table.at("Keys"));
    }
    add(metadata_at(service + "RelationshipDefinitions?$select=SchemaName").at("value"));
    add(metadata_at(service + "GlobalOptionSetDefinitions?$select=Name").at("value"));
    CHECK(seen.size() == count);
    CHECK(count > 400);
}

TEST_CASE("what is expanded is shaped and filtered by itself", "[odata][metadata]") {
    const auto out = metadata_at(
        entity_url +
        "?$select=LogicalName&$expand=Attributes($select=LogicalName,IsPrimaryId;"
        "$filter=IsPrimaryId eq true or AttributeType eq 'State'),"
        "ManyToOneRelationships($select=SchemaName;$filter=ReferencedEntity eq 'team'),"
        "OneToManyRelationships($select=SchemaName),ManyToManyRelationships,Keys"
    );
    CHECK(
        each(out.at("Attributes"), "LogicalName") ==
        std::vector<std::string>{"msdyn_octwitterhandlesecretid", "statecode"}
    );
    CHECK(
        out.at("Attributes").at(1).at("@odata.type") ==
        "#Microsoft.Dynamics.CRM.StateAttributeMetadata"
    );
    CHECK(out.at("Attributes").at(1).size() == 4);  // the type, the two, and the id
    CHECK(
        each(out.at("ManyToOneRelationships"), "SchemaName") ==
        std::vector<std::string>{"team_msdyn_octwitterhandlesecret"}
    );
    CHECK(out.at("ManyToManyRelationships").empty());
    CHECK(out.at("Keys").size() == 1);
}

TEST_CASE("a $filter compares every kind of primitive property", "[odata][metadata]") {
    const auto one = std::vector<std::string>{"msdyn_octwitterhandlesecret"};
    const std::string name = "LogicalName eq 'msdyn_octwitterhandlesecret'";
    CHECK(tables_where(name) == one);
    CHECK(tables_where("LogicalName eq 'MSDYN_OCTWITTERHANDLESECRET'") == one);
    CHECK(tables_where(name + " and IsIntersect eq false") == one);
    CHECK(tables_where(name + " and IsIntersect eq true").empty());
    CHECK(tables_where("not (LogicalName ne 'msdyn_octwitterhandlesecret')") == one);
    CHECK(tables_where("ObjectTypeCode eq 10901") == one);
    CHECK(tables_where("ObjectTypeCode gt 10900 and ObjectTypeCode le 10901") == one);
    CHECK(tables_where("(" + name + " or LogicalName eq 'none') and IsPrivate ne true") == one);
    CHECK(
        tables_where(
            name + " and OwnershipType eq Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'"
        ) == one
    );
    CHECK(tables_where(name + " and OwnershipType eq 'UserOwned'") == one);
    CHECK(tables_where(name + " and IsAuditEnabled/Value eq true") == one);
    CHECK(tables_where(name + " and PrimaryImageAttribute eq null") == one);
    CHECK(tables_where(name + " and PrimaryImageAttribute ne null").empty());
    CHECK(tables_where(name + " and LogicalName ne null") == one);
    const std::string id = metadata_at(entity_url).at("MetadataId");
    CHECK(tables_where("MetadataId eq " + id) == one);
    CHECK(tables_where("LogicalName eq @p&@p='msdyn_octwitterhandlesecret'") == one);
    CHECK(
        each(
            metadata_at(
                attributes_url + "?$filter=RequiredLevel/Value eq Microsoft.Dynamics.CRM."
                                 "AttributeRequiredLevel'ApplicationRequired'"
            )
                .at("value"),
            "LogicalName"
        ) == std::vector<std::string>{"msdyn_name"}
    );
}

TEST_CASE("and binds closer than or, and not closer than and", "[odata][metadata]") {
    const std::string yes = "IsPrivate eq false";
    const std::string no = "IsPrivate eq true";
    const auto all = schema::tables().size();
    CHECK(tables_where(yes + " or " + no + " and " + no).size() == all);
    CHECK(tables_where("(" + yes + " or " + no + ") and " + no).empty());
    CHECK(tables_where("not " + no + " and " + yes).size() == all);
    CHECK(tables_where("not " + yes + " or " + yes).size() == all);
}

TEST_CASE("a $filter that is not understood is refused", "[odata][metadata]") {
    const auto code = [](const std::string& filter) {
        return metadata_refusal(entities + "?$filter=" + filter).code;
    };
    for (const auto* const filter :
         {"",
          "LogicalName",
          "LogicalName eq",
          "LogicalName eq 5",
          "IsPrivate eq 'true'",
          "ObjectTypeCode eq '5'",
          "MetadataId eq 'x'",
          "LogicalName eq 'a' and",
          "(LogicalName eq 'a'",
          "LogicalName eq 'a')",
          "LogicalName is 'a'",
          "IsPrivate gt true",
          "OwnershipType eq 'Nobody'",
          "OwnershipType eq Microsoft.Dynamics.CRM.CascadeType'Cascade'",
          "DisplayName eq 'a'",
          "IsAuditEnabled eq true",
          "Privileges eq null",
          "Attributes eq null",
          "Attributes/LogicalName eq 'a'",
          "LogicalName eq guid'a'"}) {
        INFO(filter);
        CHECK(code(filter) == Errc::malformed);
    }
    CHECK(code("logicalname eq 'a'") == Errc::unknown_property);
    CHECK(code("IsAuditEnabled/Nothing eq true") == Errc::unknown_property);
    CHECK(code("LogicalName/Value eq 'a'") == Errc::unknown_property);
    const auto function = metadata_refusal(entities + "?$filter=startswith(LogicalName,'a')");
    CHECK(function.code == Errc::unsupported);
    CHECK(function.message == "The \"startswith\" function isn't supported for Metadata Entities");
}

TEST_CASE("the sizes of a question have limits", "[odata][metadata]") {
    const auto code = [](const std::string& option) {
        return metadata_refusal(entities + "?" + option).code;
    };
    const std::string term = "IsPrivate eq true";
    using namespace rookery::odata::metadata;
    CHECK(code("$filter=" + repeated(term, comparisons_max, " or ")) == Errc::count_);
    CHECK(code("$filter=" + repeated(term, comparisons_max + 1, " or ")) == Errc::malformed);
    const auto nested = [&](std::size_t levels) {
        return "$filter=" + std::string(levels, '(') + term + std::string(levels, ')');
    };
    CHECK(code(nested(filter_nesting_max)) == Errc::count_);
    CHECK(code(nested(filter_nesting_max + 1)) == Errc::malformed);
    CHECK(code("$filter=" + repeated("not", filter_nesting_max, " ") + " " + term) == Errc::count_);
    CHECK(
        code("$filter=" + repeated("not", filter_nesting_max + 1, " ") + " " + term) ==
        Errc::malformed
    );
    CHECK(code("$select=" + repeated("LogicalName", selected_names_max, ",")) == Errc::count_);
    CHECK(
        code("$select=" + repeated("LogicalName", selected_names_max + 1, ",")) == Errc::malformed
    );
}

TEST_CASE("what is shown has limits", "[odata][metadata]") {
    using namespace rookery::odata::metadata;
    // Types that lead to themselves: the metadata's own end too soon for the limits.
    static const EntityType chain{.name = "chain", .base = &metadata_base, .navigations = {}};
    const auto many = [](std::size_t count) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < count; ++i) names.push_back("n" + std::to_string(i));
        return names;
    };
    const auto names = many(expanded_max + 1);
    std::vector<Navigation> to_itself;
    for (const auto& name : names) to_itself.push_back({name, &chain, true});
    const EntityType wide{.name = "wide", .base = &metadata_base, .navigations = to_itself};
    std::vector<Navigation> deeper = {{"next", nullptr, true}};
    EntityType endless{.name = "endless", .base = &metadata_base, .navigations = deeper};
    deeper.front().type = &endless;

    const auto read = [](const EntityType& type, std::string expand) {
        QueryOptions options;
        options.expand = std::move(expand);
        std::string context;
        return read_shown(type, options, context).has_value();
    };
    const auto listed = [&](std::size_t count) {
        std::string out;
        for (const auto& name : many(count)) out += (out.empty() ? "" : ",") + name;
        return out;
    };
    CHECK(read(wide, listed(expanded_max)));
    CHECK_FALSE(read(wide, listed(expanded_max + 1)));
    const auto nested = [](std::size_t levels) {
        std::string out = "next";
        for (std::size_t i = 1; i < levels; ++i) out = "next($expand=" + out + ")";
        return out;
    };
    CHECK(read(endless, nested(expand_depth_max)));
    CHECK_FALSE(read(endless, nested(expand_depth_max + 1)));
}

TEST_CASE("an option that does not belong there is refused", "[odata][metadata]") {
    const std::pair<std::string, Errc> refused_ones[] = {
        {entities + "?$orderby=LogicalName", Errc::malformed},
        {entities + "?$top=1", Errc::malformed},
        {entities + "?$count=true", Errc::malformed},
        {entities + "?$bogus=1", Errc::malformed},
        {entities + "?$select=Nothing", Errc::unknown_property},
        {entities + "?$select=", Errc::malformed},
        {entities + "?$expand=", Errc::malformed},
        {entities + "?$expand=Keys,", Errc::malformed},
        {entities + "?$expand=*", Errc::unsupported},
        {entities + "?$select=Microsoft.Dynamics.CRM.*", Errc::unsupported},
        {entities + "?$select=DisplayName/LocalizedLabels", Errc::unsupported},
        {entities + "?$select=Attributes", Errc::unknown_property},
        {entities + "?$expand=Nothing", Errc::unknown_property},
        {entities + "?$expand=LogicalName", Errc::unknown_property},
        {entities + "?$expand=Keys,Keys", Errc::malformed},
        {entities + "?$expand=Keys($select=LogicalName", Errc::malformed},
        {entities + "?$expand=Keys)", Errc::malformed},
        {entities + "?$expand=Keys($top=1)", Errc::malformed},
        {entities + "?$expand=Keys()", Errc::malformed},
        {entities + "?$expand=Keys($select=LogicalName;$select=SchemaName)", Errc::malformed},
        {entities + "?$expand=Keys($select=Nothing)", Errc::unknown_property},
        {attributes_url + "?$expand=OptionSet", Errc::unknown_property},
        {entity_url + "?$filter=IsPrivate eq true", Errc::malformed},
        {entity_url + "/LogicalName?$select=LogicalName", Errc::malformed},
        {service + "$metadata?$select=a", Errc::malformed},
        {service + "$metadata?$filter=a eq 1", Errc::malformed},
    };
    for (const auto& [url, code] : refused_ones) {
        INFO(url);
        CHECK(metadata_refusal(url).code == code);
    }
    // dataverse: what has no $ is tolerated.
    CHECK(metadata_refusal(entities + "?LabelLanguages=1033&tag=a").code == Errc::count_);
}

TEST_CASE("a path that leads nowhere in the metadata is 404", "[odata][metadata]") {
    const std::string crm = "/Microsoft.Dynamics.CRM.";
    const std::pair<std::string, Errc> refused_ones[] = {
        {entities + "(LogicalName='none')", Errc::not_found},
        {entities + "(" + id_text + ")", Errc::not_found},
        {attributes_url + "(LogicalName='none')", Errc::not_found},
        {attributes_url + "(LogicalName='ownerid')" + crm + "StringAttributeMetadata",
         Errc::not_found},
        {attributes_url + "(LogicalName='ownerid')" + crm + "PicklistAttributeMetadata/OptionSet",
         Errc::not_found},
        {attributes_url + "(LogicalName='ownerid')/OptionSet", Errc::unknown_segment},
        {attributes_url + crm + "EnumAttributeMetadata", Errc::unknown_segment},
        {attributes_url + crm + "MoneyAttributeMetadata", Errc::unknown_segment},
        {attributes_url + crm + "EntityMetadata", Errc::unknown_segment},
        {attributes_url + crm + "Nothing", Errc::unknown_segment},
        {attributes_url + "/LogicalName", Errc::unknown_segment},
        {entities + "/Attributes", Errc::unknown_segment},
        {entities + "/$count", Errc::unknown_segment},
        {entity_url + "/Nothing", Errc::unknown_segment},
        {entity_url + "/LogicalName/$value", Errc::unknown_segment},
        {entity_url + "/LogicalName('a')", Errc::unknown_segment},
        {service + "$metadata/EntityDefinitions", Errc::unknown_segment},
        {service + "$metadata(a)", Errc::unknown_segment},
        {service + "entitydefinitions", Errc::unknown_segment},
        {entities + "('x')", Errc::malformed},
        {entities + "()", Errc::malformed},
        {entities + "(SchemaName='x')", Errc::malformed},
        {entities + "(LogicalName=x)", Errc::malformed},
        {entities + "(LogicalName='x',MetadataId=" + id_text + ")", Errc::malformed},
        {entities + "(LogicalName=@p)", Errc::malformed},
    };
    for (const auto& [url, code] : refused_ones) {
        INFO(url);
        CHECK(metadata_refusal(url).code == code);
    }
    CHECK(
        metadata_refusal(entities + "(LogicalName='none')").message.find("none") ==
        std::string::npos
    );
}

TEST_CASE("the schema is fixed: nothing of the metadata is written", "[odata][metadata]") {
    for (const auto* const method : {"POST", "PUT", "PATCH", "DELETE"}) {
        for (const auto& url :
             {entities,
              entity_url,
              attributes_url,
              entities + "(LogicalName='none')",
              service + "RelationshipDefinitions",
              service + "GlobalOptionSetDefinitions",
              service + "$metadata",
              entities + "/nothing/of/this"}) {
            INFO(method << " " << url);
            const auto out = parsed(method, url);
            CHECK(rejection(out).code == Errc::method_not_allowed);
            CHECK(out.context.allow == "GET");
        }
    }
    CHECK(rejection(parsed("GET", entities, "", {{"If-Match", "*"}})).code == Errc::unsupported);
}

TEST_CASE("relationships are there by themselves, each of its type", "[odata][metadata]") {
    const auto url = service + "RelationshipDefinitions";
    const auto all = metadata_at(url).at("value");
    CHECK(all.size() == schema::relationships().size() + schema::associations().size());
    CHECK(all.at(0).at("@odata.type") == "#Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata");
    const auto pairs =
        metadata_at(url + "/Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata").at("value");
    CHECK(pairs.size() == schema::associations().size());
    const auto one = metadata_at(
        url +
        "(SchemaName='team_msdyn_octwitterhandlesecret')/"
        "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata?$select=CascadeConfiguration"
    );
    CHECK(one.at("CascadeConfiguration").at("Delete") == "NoCascade");
    const auto members =
        metadata_at(service + "EntityDefinitions(LogicalName='team')/ManyToManyRelationships");
    CHECK(each(members.at("value"), "IntersectEntityName").front() == "teammembership");
}

TEST_CASE("states and statuses are choices by themselves", "[odata][metadata]") {
    const auto one = metadata_at(
        service + "GlobalOptionSetDefinitions(Name='msdyn_octwitterhandlesecret_statuscode')"
    );
    CHECK(one.at("@odata.type") == "#Microsoft.Dynamics.CRM.OptionSetMetadata");
    CHECK(one.at("Options").size() == 2);
    CHECK(
        one.at("Options").at(0).at("@odata.type") == "#Microsoft.Dynamics.CRM.StatusOptionMetadata"
    );
    const auto state = metadata_at(
        attributes_url +
        "(LogicalName='statecode')/Microsoft.Dynamics.CRM.StateAttributeMetadata/"
        "OptionSet?$select=Name"
    );
    CHECK(state.at("Name") == "msdyn_octwitterhandlesecret_statecode");
}

TEST_CASE("messages are told of by table", "[odata][metadata]") {
    const auto filtered = [](const std::string& table) {
        return metadata_at(
                   service +
                   "sdkmessagefilters?$expand=sdkmessageid($select=name)&$filter=("
                   "sdkmessageid/name eq 'CreateMultiple' or sdkmessageid/name eq "
                   "'UpsertMultiple' or sdkmessageid/name eq 'UpdateMultiple') and "
                   "primaryobjecttypecode eq '" +
                   table + "'"
        )
            .at("value");
    };
    const auto rows = filtered("msdyn_octwitterhandlesecret");
    REQUIRE(rows.size() == 3);
    CHECK(rows.at(0).at("sdkmessageid").at("name") == "CreateMultiple");
    CHECK(rows.at(0).at("_sdkmessageid_value") == rows.at(0).at("sdkmessageid").at("sdkmessageid"));
    CHECK(filtered("privilege").empty());
    const auto names = each(metadata_at(service + "sdkmessages?$select=name").at("value"), "name");
    CHECK(std::set<std::string>{names.begin(), names.end()}.size() == names.size());
    CHECK(std::ranges::find(names, "Retrieve") != names.end());
}

TEST_CASE("a bound operation is told of where it is there", "[odata][metadata]") {
    const auto rows = metadata_at(service + "sdkmessagefilters?$expand=sdkmessageid").at("value");
    std::set<std::pair<std::string, std::string>> told;
    for (const auto& row : rows) {
        told.emplace(row.at("primaryobjecttypecode"), row.at("sdkmessageid").at("name"));
    }
    for (const auto* operation : all_operations()) {
        if (operation->status != OperationStatus::built) continue;
        if (operation->binding == Binding::unbound) continue;
        for (const auto* table : schema::tables()) {
            auto url = service + std::string{table->set_name};
            if (operation->binding == Binding::row) url += "(" + id_text + ")";
            url += "/Microsoft.Dynamics.CRM." + std::string{operation->name};
            const auto method = std::string{method_of(*operation)};
            const auto code = refused(method, url, method == "GET" ? "" : "{}");
            const bool there = code != Errc::unknown_segment && code != Errc::method_not_allowed;
            INFO(url);
            CHECK(told.contains({std::string{table->name}, std::string{operation->name}}) == there);
        }
    }
}

TEST_CASE("what nobody changed is answered with 304", "[odata][metadata]") {
    for (const auto& url : {entities + "?$select=LogicalName", entity_url, service + "$metadata"}) {
        INFO(url);
        const auto first = metadata_answer(url);
        const auto tag = header(first, "ETag");
        REQUIRE(tag.starts_with("W/\""));
        const auto again = metadata_answer(url, {{"If-None-Match", tag}});
        CHECK(again.status == 304);
        CHECK(again.body.empty());
        CHECK(header(again, "ETag") == tag);
        CHECK(metadata_answer(url, {{"If-None-Match", "W/\"x\", " + tag.substr(2)}}).status == 304);
        CHECK(metadata_answer(url, {{"If-None-Match", "W/\"x\""}}).status == 200);
        CHECK(metadata_answer(url, {{"If-None-Match", "null"}}).status == 200);
    }
}

TEST_CASE("another answer has another tag", "[odata][metadata]") {
    const auto tag = [](const std::string& url, std::vector<http::Header> headers = {}) {
        return header(metadata_answer(url, std::move(headers)), "ETag");
    };
    const std::set<std::string> tags = {
        tag(entities),
        tag(entities + "?$select=LogicalName"),
        tag("/api/data/v9.1/EntityDefinitions"),
        tag(entities, {{"Accept", "application/json;odata.metadata=none"}}),
        tag(entities, {{"Accept", "application/json;IEEE754Compatible=true"}}),
        tag(service + "$metadata"),
        tag(service + "$metadata", {{"Prefer", "odata.include-annotations=\"*\""}}),
    };
    CHECK(tags.size() == 7);
}

TEST_CASE("the levels of metadata and 64-bit texts follow Accept here too", "[odata][metadata]") {
    const auto url = attributes_url + "?$filter=LogicalName eq 'versionnumber'";
    const auto bare = metadata_at(url, {{"Accept", "application/json;odata.metadata=none"}});
    CHECK_FALSE(bare.contains("@odata.context"));
    CHECK_FALSE(bare.at("value").at(0).contains("@odata.type"));
    const auto texts = metadata_at(url, {{"Accept", "application/json;IEEE754Compatible=true"}});
    CHECK(texts.at("value").at(0).at("MaxValue") == "9223372036854775807");
    CHECK(metadata_at(url).at("value").at(0).at("MaxValue") == 9223372036854775807);
    const auto full = metadata_at(entity_url, {{"Accept", "application/json;odata.metadata=full"}});
    CHECK(full.at("@odata.type") == "#Microsoft.Dynamics.CRM.EntityMetadata");
}

TEST_CASE("every definition has the properties of its type, each once", "[odata][metadata]") {
    using namespace rookery::odata::metadata;
    for (const auto* type : entity_types()) {
        INFO(type->name);
        std::set<std::string_view> names;
        for (std::size_t i = 0; i < type->property_count(); ++i) {
            CHECK(names.insert(type->property(i).name).second);
            CHECK(*type->find_property(type->property(i).name) == i);
        }
        for (std::size_t i = 0; i < type->navigation_count(); ++i) {
            CHECK(names.insert(type->navigation(i).name).second);
        }
        CHECK(find_type(type->name) == type);
        if (!type->abstract) CHECK(type->find_property(type->id_property()));
    }
}

TEST_CASE("a digest that only the vault reads is no column of the metadata", "[odata][metadata]") {
    for (const auto* table : schema::tables()) {
        for (const auto& column : table->columns) {
            const auto url = service + "EntityDefinitions(LogicalName='" +
                             std::string{table->name} + "')/Attributes(LogicalName='" +
                             std::string{column.name} + "')";
            INFO(url);
            const bool hidden = column.type == schema::Type::digest;
            CHECK(metadata_refusal(url).code == (hidden ? Errc::not_found : Errc::count_));
        }
    }
}

}  // namespace metadata_query_test
