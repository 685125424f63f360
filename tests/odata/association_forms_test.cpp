// Associate and Disassociate in every form of their URLs and over every relationship of the schema: $ref of a lookup, of a
// collection and of a pair, from either end.
#include "asking_scene.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

namespace association_forms_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;

namespace {

const std::string api = "/api/data/v9.2/";
const std::string records = "msdyn_octwitterhandlesecrets";
const std::string root = "https://vault.example.com/api/data/v9.2/";

std::string row_url(const schema::Table& table, const std::string& id) {
    return std::string{table.set_name} + "(" + id + ")";
}

std::string reference(const std::string& url) { return json{{"@odata.id", url}}.dump(); }

/// A relationship whose both ends have rows here.
struct Ends {
    const schema::Relationship* relationship;
    const schema::Table* child;
    const schema::Table* parent;
    const schema::Column* column;
};

std::vector<Ends> all_relationships() {
    std::vector<Ends> out;
    for (const auto& one : schema::relationships()) {
        const auto* child = schema::table(one.referencing);
        const auto* parent = schema::table(one.referenced);  // none for "owner", which has no rows
        if (!one.built || child == nullptr || parent == nullptr || parent->outside) continue;
        const auto* column = child->column(one.referencing_column);
        if (column == nullptr || child->intersect) continue;
        out.push_back({&one, child, parent, column});
    }
    return out;
}

/// What becomes of a change of this lookup by $ref, as the column says.
Errc expected(const Ends& ends) {
    namespace can = schema::can;
    if (!ends.child->writable) return Errc::method_not_allowed;
    if (ends.column->may(can::redirected)) return Errc::protected_column;
    const bool open = ends.column->may(can::update) || ends.column->may(can::refuse);
    return open ? Errc::count_ : Errc::protected_column;
}

/// A lookup that cannot be null is not cleared.
Errc expected_to_clear(const Ends& ends) {
    const auto out = expected(ends);
    const bool required =
        ends.column->required == schema::Required::system && !ends.column->may(schema::can::refuse);
    return out == Errc::count_ && required ? Errc::required_null : out;
}

}  // namespace

TEST_CASE(
    "every lookup is set and cleared by $ref, but those that only the vault sets", "[odata]"
) {
    std::size_t tried = 0;
    for (const auto& ends : all_relationships()) {
        if (ends.relationship->nav.empty()) continue;
        INFO(ends.relationship->name);
        const auto url = api + row_url(*ends.child, id_text) + "/" +
                         std::string{ends.relationship->nav} + "/$ref";
        const auto to = row_url(*ends.parent, other_id_text);
        for (const auto& form : {to, "/" + to, api + to, root + to}) {
            const auto put = parsed("PUT", url, reference(form));
            CHECK(rejection(put).code == expected(ends));
            if (const auto* message = message_if<messages::Upsert>(put)) {
                REQUIRE(message->input.cells.size() == 1);
                CHECK(message->input.cells[0].column == ends.column);
                const auto& target = std::get<messages::Target>(message->input.cells[0].value);
                CHECK(target.table == ends.parent);
                CHECK(message->preconditions.must_exist);
            }
        }
        CHECK(refused("DELETE", url) == expected_to_clear(ends));
        const auto wrong = ends.parent == &schema::known::role ? "teams(" : "roles(";
        const auto code = refused("PUT", url, reference(wrong + other_id_text + ")"));
        CHECK(code == (expected(ends) == Errc::count_ ? Errc::bad_payload : expected(ends)));
        ++tried;
    }
    CHECK(tried > 100);
}

TEST_CASE("every collection takes and loses members by $ref in both forms", "[odata]") {
    std::size_t tried = 0;
    for (const auto& ends : all_relationships()) {
        if (ends.relationship->collection_nav.empty()) continue;
        INFO(ends.relationship->name);
        const auto collection = api + row_url(*ends.parent, id_text) + "/" +
                                std::string{ends.relationship->collection_nav};
        const auto member = row_url(*ends.child, other_id_text);
        for (const auto& form : {member, "/" + member, api + member, root + member}) {
            const auto post = parsed("POST", collection + "/$ref", reference(form));
            CHECK(rejection(post).code == expected(ends));
            if (const auto* message = message_if<messages::Associate>(post)) {
                CHECK(message->relationship == ends.relationship);
                CHECK(message->parent.table == ends.parent);
                CHECK(message->child.table == ends.child);
            }
            const auto gone = parsed("DELETE", collection + "/$ref?$id=" + form);
            CHECK(rejection(gone).code == expected_to_clear(ends));
        }
        const auto gone = parsed("DELETE", collection + "(" + other_id_text + ")/$ref");
        CHECK(rejection(gone).code == expected_to_clear(ends));
        if (const auto* message = message_if<messages::Disassociate>(gone)) {
            CHECK(message->relationship == ends.relationship);
            CHECK(std::get<Uuid>(message->child.by) == *Uuid::parse(other_id_text));
        }
        if (expected(ends) != Errc::count_) continue;
        const auto wrong = ends.child == &schema::known::role ? "teams(" : "roles(";
        CHECK(
            refused("POST", collection + "/$ref", reference(wrong + other_id_text + ")")) ==
            Errc::bad_payload
        );
        CHECK(refused("PUT", collection + "/$ref", reference(member)) == Errc::method_not_allowed);
        ++tried;
    }
    CHECK(tried > 20);
}

TEST_CASE("every pair is made and ended from both of its ends", "[odata]") {
    for (const auto& association : schema::associations()) {
        for (const bool from_first : {true, false}) {
            INFO(association.name << (from_first ? " from its first" : " from its second"));
            const auto& near = *schema::table(from_first ? association.first : association.second);
            const auto& far = *schema::table(from_first ? association.second : association.first);
            const auto collection =
                api + row_url(near, id_text) + "/" + std::string{association.name};
            const auto member = row_url(far, other_id_text);
            const bool fixed = association.name == "roleprivileges_association";
            const auto code = fixed ? Errc::method_not_allowed : Errc::count_;
            CHECK(refused("POST", collection + "/$ref", reference(member)) == code);
            CHECK(refused("POST", collection + "/$ref", reference(root + member)) == code);
            CHECK(refused("DELETE", collection + "/$ref?$id=" + root + member) == code);
            const auto gone = parsed("DELETE", collection + "(" + other_id_text + ")/$ref");
            CHECK(rejection(gone).code == code);
            if (fixed) continue;
            const auto* message = message_if<messages::Disassociate>(gone);
            REQUIRE(message != nullptr);
            CHECK(message->association == &association);
            CHECK(message->parent.table == &near);
        }
    }
}

namespace {

struct Scene : AskingScene {
    std::string application = made("msdyn_octwitterapplications", {{"msdyn_name", "one"}});
    std::string other = made("msdyn_octwitterapplications", {{"msdyn_name", "two"}});
    std::string handle = made("msdyn_octwitterhandles", {{"msdyn_name", "h"}});
    std::string record = made(records, {{"msdyn_name", "r"}});
    std::string user = to_string(vault.user("user"));

    std::string at(const std::string& rest = {}) const {
        return records + "(" + record + ")" + rest;
    }

    /// The id that the lookup holds, or "".
    std::string led(const std::string& lookup) {
        const auto value = row(at("?$select=_" + lookup + "_value")).at("_" + lookup + "_value");
        return value.is_null() ? "" : value.get<std::string>();
    }

    int status(const std::string& method, const std::string& path, const std::string& body = {}) {
        const auto out = ask(method, path, body);
        INFO(method << " " << path << ": " << out.body);
        return out.status;
    }
};

/// The writable lookups of the table of tokens, with the set that each leads to.
struct Writable {
    std::string lookup;
    std::string set;
    std::string collection;
    std::string Scene::*to;
};

const Writable writable[] = {
    {"msdyn_octwitterapplicationid",
     "msdyn_octwitterapplications",
     "msdyn_msdyn_octwitterapplication_msdyn_octwitterhandlesecret_octwitterapplicationid",
     &Scene::application},
    {"msdyn_octwitterhandleid",
     "msdyn_octwitterhandles",
     "msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid",
     &Scene::handle},
};

}  // namespace

TEST_CASE("a lookup of a token is set and cleared from its own side, in every form", "[odata]") {
    Scene scene;
    for (const auto& one : writable) {
        INFO(one.lookup);
        const auto& id = scene.*one.to;
        const auto url = one.set + "(" + id + ")";
        const auto ref = scene.at("/" + one.lookup + "/$ref");
        for (const auto& form : {url, root + url}) {
            CHECK(scene.status("PUT", ref, reference(form)) == 204);
            CHECK(scene.led(one.lookup) == id);
            CHECK(scene.row(ref).at("@odata.id").get<std::string>().ends_with(url));
            CHECK(scene.status("DELETE", ref) == 204);
            CHECK(scene.led(one.lookup).empty());
        }
        const auto bind = json{{one.lookup + "@odata.bind", "/" + url}}.dump();
        CHECK(scene.status("PATCH", scene.at(), bind) == 204);
        CHECK(scene.led(one.lookup) == id);
        CHECK(scene.status("PATCH", scene.at(), json{{one.lookup, nullptr}}.dump()) == 204);
        CHECK(scene.led(one.lookup).empty());
        const auto missing = one.set + "(" + other_id_text + ")";
        CHECK(scene.status("PUT", ref, reference(missing)) == 404);
    }
}

TEST_CASE("a lookup of a token is set and cleared from the collection's side", "[odata]") {
    Scene scene;
    for (const auto& one : writable) {
        INFO(one.lookup);
        const auto& id = scene.*one.to;
        const auto collection = one.set + "(" + id + ")/" + one.collection;
        const auto member = scene.at();
        for (const auto& form : {member, root + member}) {
            CHECK(scene.status("POST", collection + "/$ref", reference(form)) == 204);
            CHECK(scene.led(one.lookup) == id);
            CHECK(scene.row(collection + "/$ref").at("value").size() == 1);
            CHECK(scene.status("DELETE", collection + "/$ref?$id=" + form) == 204);
            CHECK(scene.led(one.lookup).empty());
        }
        CHECK(scene.status("POST", collection + "/$ref", reference(member)) == 204);
        CHECK(scene.status("DELETE", collection + "(" + scene.record + ")/$ref") == 204);
        CHECK(scene.led(one.lookup).empty());
    }
}

TEST_CASE("a member of one collection is not taken out of another", "[odata]") {
    Scene scene;
    const auto& one = writable[0];
    const auto url = one.set + "(" + scene.application + ")";
    REQUIRE(scene.status("PUT", scene.at("/" + one.lookup + "/$ref"), reference(url)) == 204);
    const auto others = one.set + "(" + scene.other + ")/" + one.collection;
    CHECK(scene.status("DELETE", others + "(" + scene.record + ")/$ref") == 404);
    CHECK(scene.status("DELETE", others + "/$ref?$id=" + scene.at()) == 404);
    CHECK(scene.led(one.lookup) == scene.application);
}

TEST_CASE("the owner is set by $ref, which assigns, and never cleared", "[odata]") {
    Scene scene;
    const auto ref = scene.at("/ownerid/$ref");
    CHECK(scene.status("PUT", ref, reference("systemusers(" + scene.user + ")")) == 204);
    CHECK(scene.led("ownerid") == scene.user);
    CHECK(scene.led("owninguser") == scene.user);
    CHECK(scene.status("DELETE", ref) == 400);
    CHECK(scene.status("PUT", ref, reference("roles(" + other_id_text + ")")) == 400);
    // What follows from the owner is not set by itself, from no side.
    const auto system = to_string(scene.vault.vault().system().user);
    CHECK(
        scene.status(
            "PUT", scene.at("/owninguser/$ref"), reference("systemusers(" + system + ")")
        ) == 400
    );
    CHECK(
        scene.status(
            "POST",
            "systemusers(" + system + ")/user_msdyn_octwitterhandlesecret/$ref",
            reference(scene.at())
        ) == 400
    );
    CHECK(
        scene.status(
            "DELETE",
            "systemusers(" + scene.user + ")/user_msdyn_octwitterhandlesecret(" + scene.record +
                ")/$ref"
        ) == 400
    );
    CHECK(scene.led("ownerid") == scene.user);
}

TEST_CASE("lookups that only the vault sets are refused by name", "[odata]") {
    Scene scene;
    for (const std::string lookup :
         {"createdby",
          "modifiedby",
          "createdonbehalfby",
          "modifiedonbehalfby",
          "owninguser",
          "owningteam",
          "owningbusinessunit"}) {
        INFO(lookup);
        const bool unit = lookup == "owningbusinessunit";
        const auto unit_id = scene.made(
            "businessunits",
            {{"name", "unit " + lookup},
             {"parentbusinessunitid@odata.bind",
              "/businessunits(" + to_string(scene.vault.vault().root_business_unit()) + ")"}}
        );
        const bool team = lookup == "owningteam";
        const auto team_id = scene.made("teams", {{"name", "team " + lookup}});
        const auto to = unit
                            ? "businessunits(" + unit_id + ")"
                            : (team ? "teams(" + team_id + ")" : "systemusers(" + scene.user + ")");
        const auto before = scene.led(lookup);
        const auto refused = scene.ask("PUT", scene.at("/" + lookup + "/$ref"), reference(to));
        CHECK(refused.status == 400);
        CHECK(refused.code() == "0x8004022e");
        CHECK(refused.words().find("'" + lookup + "'") != std::string::npos);
        CHECK(scene.led(lookup) == before);
    }
}

TEST_CASE("members are associated over every collection of a token's own", "[odata]") {
    Scene scene;
    const auto folder = scene.made("mailboxtrackingfolders", {{"exchangefoldername", "f"}});
    const auto collection = scene.at("/msdyn_octwitterhandlesecret_MailboxTrackingFolders");
    const auto url = "mailboxtrackingfolders(" + folder + ")";
    CHECK(scene.status("POST", collection + "/$ref", reference(url)) == 204);
    CHECK(scene.row(collection).at("value").size() == 1);
    CHECK(scene.row(url + "/regardingobjectid_msdyn_octwitterhandlesecret/$ref")
              .at("@odata.id")
              .get<std::string>()
              .ends_with(scene.at()));
    CHECK(scene.status("DELETE", collection + "(" + folder + ")/$ref") == 204);
    CHECK(scene.row(collection).at("value").empty());
    // The record of a session is chosen when it is made.
    const auto session = scene.made(
        "processsessions",
        {{"name", "s"},
         {"regardingobjectid_msdyn_octwitterhandlesecret@odata.bind", "/" + scene.at()}}
    );
    const auto sessions = scene.at("/msdyn_octwitterhandlesecret_ProcessSession");
    CHECK(scene.row(sessions).at("value").size() == 1);
    CHECK(scene.status("DELETE", sessions + "(" + session + ")/$ref") == 400);
    CHECK(
        scene.status("POST", sessions + "/$ref", reference("processsessions(" + session + ")")) ==
        400
    );
    for (const std::string made : {"SyncErrors", "BulkDeleteFailures"}) {
        const auto of_the_vault = scene.at("/msdyn_octwitterhandlesecret_" + made);
        const auto set = made == "SyncErrors" ? "syncerrors(" : "bulkdeletefailures(";
        CHECK(
            scene.status("POST", of_the_vault + "/$ref", reference(set + other_id_text + ")")) ==
            405
        );
    }
}

}  // namespace association_forms_test
