// What the vendor's table reference says of the table of tokens, compared with what the server says of it.
#include "metadata_for_test.hpp"

#include <fstream>
#include <map>

namespace metadata_facts_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;

namespace {

const json& facts() {
    static const auto read = [] {
        std::ifstream file{ROOKERY_SOURCE_DIR "/tests/odata/token_table_facts.json"};
        return json::parse(file);
    }();
    return read;
}

std::string text_of(const json& label) {
    const auto& one = label.at("UserLocalizedLabel");
    if (one.is_null()) {
        CHECK(label.at("LocalizedLabels").empty());
        return {};
    }
    CHECK(label.at("LocalizedLabels").at(0) == one);
    CHECK(one.at("LanguageCode") == 1033);
    return one.at("Label");
}

/// A label as its text, a wrapped value as the value, and everything else as it is.
json plain(const json& served) {
    if (!served.is_object()) return served;
    if (served.contains("LocalizedLabels")) return text_of(served);
    if (served.contains("Value")) return served.at("Value");
    return served;
}

/// All attributes of the table, each as its own type tells of it.
const std::map<std::string, json>& attributes() {
    static const auto served = [] {
        std::map<std::string, json> out;
        const auto rows = metadata_at(entity_url + "/Attributes");
        for (const auto& row : rows.at("value")) {
            const std::string type = row.at("@odata.type");
            const std::string name = row.at("LogicalName");
            const bool has_options =
                row.contains("DefaultFormValue") && row.at("AttributeType") != "EntityName";
            const auto url = entity_url + "/Attributes(LogicalName='" + name + "')/" +
                             type.substr(1) + (has_options ? "?$expand=OptionSet" : "");
            out[name] = metadata_at(url);
        }
        return out;
    }();
    return served;
}

void compare_options(const json& fact, const json& served) {
    REQUIRE(served.size() == fact.size());
    for (std::size_t i = 0; i < fact.size(); ++i) {
        for (const auto& [name, value] : fact.at(i).items()) {
            INFO(name);
            CHECK(plain(served.at(i).at(name)) == value);
        }
    }
}

json relationship(const std::string& navigation, const std::string& name) {
    const auto rows =
        metadata_at(entity_url + "/" + navigation + "?$filter=SchemaName eq '" + name + "'");
    REQUIRE(rows.at("value").size() == 1);
    return rows.at("value").at(0);
}

}  // namespace

TEST_CASE("the table of tokens is told of as the vendor's reference does", "[odata][metadata]") {
    const auto served = metadata_at(entity_url);
    for (const auto& [name, value] : facts().at("table").items()) {
        INFO(name);
        CHECK(plain(served.at(name)) == value);
    }
}

TEST_CASE(
    "each of its columns is told of as the reference does, and there is no other",
    "[odata][metadata]"
) {
    CHECK(attributes().size() == facts().at("columns").size());
    for (const auto& fact : facts().at("columns")) {
        const std::string column = fact.at("LogicalName");
        INFO(column);
        REQUIRE(attributes().contains(column));
        const auto& served = attributes().at(column);
        for (const auto& [name, value] : fact.items()) {
            INFO(name);
            if (name == "writable") {
                const bool writable = served.at("IsValidForCreate").get<bool>() ||
                                      served.at("IsValidForUpdate").get<bool>();
                CHECK(writable == value);
            } else if (name == "Options") {
                compare_options(value, served.at("OptionSet").at("Options"));
            } else if (name == "OptionSetName") {
                CHECK(served.at("OptionSet").at("Name") == value);
            } else {
                CHECK(plain(served.at(name)) == value);
            }
        }
    }
}

TEST_CASE("its parents cascade as the reference says, and there is no other", "[odata][metadata]") {
    const auto& parents = facts().at("parents");
    CHECK(metadata_at(entity_url + "/ManyToOneRelationships").at("value").size() == parents.size());
    for (const auto& fact : parents) {
        INFO(fact.at("SchemaName"));
        const auto served = relationship("ManyToOneRelationships", fact.at("SchemaName"));
        CHECK(served.at("ReferencingEntity") == "msdyn_octwitterhandlesecret");
        for (const auto& [name, value] : fact.items()) {
            INFO(name);
            CHECK(served.at(name) == value);
        }
    }
}

TEST_CASE("its collections have the reference's menus", "[odata][metadata]") {
    for (const auto& fact : facts().at("collections")) {
        INFO(fact.at("SchemaName"));
        const auto served = relationship("OneToManyRelationships", fact.at("SchemaName"));
        CHECK(served.at("ReferencedEntity") == "msdyn_octwitterhandlesecret");
        for (const auto& [name, value] : fact.items()) {
            INFO(name);
            if (name != "AssociatedMenuConfiguration") {
                CHECK(plain(served.at(name)) == value);
                continue;
            }
            for (const auto& [setting, is] : value.items()) {
                INFO(setting);
                CHECK(plain(served.at(name).at(setting)) == is);
            }
        }
    }
    // Besides those, only what is of this vault leads to a token.
    const auto collections = metadata_at(entity_url + "/OneToManyRelationships");
    for (const auto& row : collections.at("value")) {
        const std::string from = row.at("ReferencingEntity");
        const bool known = std::ranges::any_of(facts().at("collections"), [&](const json& fact) {
            return fact.at("SchemaName") == row.at("SchemaName");
        });
        CHECK((known || from.starts_with("rky_")));
    }
}

}  // namespace metadata_facts_test
