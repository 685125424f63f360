// A record of a team with two tokens, and who may do what with it.
#pragma once

#include "messages/message.hpp"
#include "messages/sender.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rookery::test {

/// Tokens as they are shown: "null", "masked", or in clear.
using Texts = std::vector<std::string>;

struct TokenScene {
    static constexpr std::string_view secrets = "msdyn_octwitterhandlesecret";
    static constexpr std::string_view token = "msdyn_useraccesstoken";
    static constexpr std::string_view token_secret = "msdyn_useraccesstokensecret";

    TestVault vault;
    // agent: of the team, unmasks one record at a time; reader: of the team, sees masks; writer: of the team, writes tokens;
    // outsider: has the role, but no row within its reach; stranger: nothing.
    Uuid team, agent, reader, writer, outsider, stranger, record;

    explicit TokenScene(Kept kept = Kept::in_memory) : vault(kept) {
        const auto unit = TestVault::target("businessunit", vault.vault().root_business_unit());
        team = vault.create(
            "team", std::pair{"name", std::string("Social")}, std::pair{"businessunitid", unit}
        );
        agent = vault.user("agent");
        reader = vault.user("reader");
        writer = vault.user("writer");
        outsider = vault.user("outsider");
        stranger = vault.user("stranger");
        const auto role = vault.role(
            "Member",
            {"prvReadmsdyn_octwitterhandlesecret",
             "prvWritemsdyn_octwitterhandlesecret",
             "prvDeletemsdyn_octwitterhandlesecret"},
            schema::Depth::basic
        );
        vault.associate("teamroles_association", team, role);
        vault.associate("systemuserroles_association", outsider, role);
        for (const auto& user : {agent, reader, writer}) {
            vault.associate("teammembership_association", team, user);
        }
        permit("unmask one", {agent, outsider}, 4, 1, 0);
        permit("masked", {reader}, 4, 0, 0);
        permit("write", {writer, vault.vault().system().user}, 0, 0, 4);
        record = create_record("first-token", "first-secret");
    }

    void permit(
        const std::string& name, const std::vector<Uuid>& users, int read, int unmask, int write
    ) {
        const auto id = vault.create("fieldsecurityprofile", std::pair{"name", name});
        for (const auto column : {token, token_secret}) {
            vault.create(
                "fieldpermission",
                std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", id)},
                std::pair{"entityname", std::string(secrets)},
                std::pair{"attributelogicalname", std::string(column)},
                std::pair{"canread", std::int64_t{read}},
                std::pair{"canreadunmasked", std::int64_t{unmask}},
                std::pair{"cancreate", std::int64_t{write}},
                std::pair{"canupdate", std::int64_t{write}}
            );
        }
        for (const auto& user : users) {
            vault.associate("systemuserprofiles_association", user, id);
        }
    }

    Uuid create_record(const std::string& first, const std::string& second) {
        return vault.create(
            secrets,
            std::pair{"msdyn_name", std::string("rookery")},
            std::pair<std::string_view, SecretBytes>{token, SecretBytes::copy_of(first)},
            std::pair<std::string_view, SecretBytes>{token_secret, SecretBytes::copy_of(second)},
            std::pair{"ownerid", TestVault::target("team", team)}
        );
    }

    [[nodiscard]] Sender as(const Uuid& user) { return {vault, TestVault::caller(user)}; }

    /// The writer sets the first token.
    void rotate(const std::string& to) {
        const auto done = as(writer).update(
            secrets,
            record,
            std::pair<std::string_view, SecretBytes>{token, SecretBytes::copy_of(to)}
        );
        REQUIRE(done);
    }

    [[nodiscard]] static access::Caller application(const Uuid& user) {
        auto caller = TestVault::caller(user);
        caller.application = true;
        return caller;
    }

    [[nodiscard]] messages::TokenVersionsReply list(const Uuid& user) {
        return value(vault.run<messages::TokenVersionsReply>(
            TestVault::caller(user), messages::RetrieveTokenVersions{at()}
        ));
    }

    [[nodiscard]] messages::Target at() const { return TestVault::target(secrets, record); }

    [[nodiscard]] Result<messages::TokenVersionReply> version(
        const access::Caller& caller, messages::VersionChoice choice, bool unmasked = true
    ) {
        messages::RetrieveTokenVersion message;
        message.target = at();
        message.version = choice;
        message.selection.unmasked = unmasked;
        return vault.run<messages::TokenVersionReply>(caller, std::move(message));
    }

    /// Both tokens of a version.
    [[nodiscard]] static Texts shown(const messages::TokenVersionReply& reply) {
        Texts out;
        for (const auto& cell : reply.cells) {
            if (std::holds_alternative<messages::Masked>(cell.value)) {
                out.emplace_back("masked");
            } else if (const auto* secret = std::get_if<SecretBytes>(&cell.value)) {
                out.push_back(secret->expose([](ByteView bytes) {
                    return std::string(text_of(bytes));
                }));
            } else {
                out.emplace_back("null");
            }
        }
        return out;
    }

    /// The rows of the history as they are stored.
    [[nodiscard]] std::vector<std::shared_ptr<const storage::Row>> stored() {
        messages::RetrieveMultiple message;
        message.table = schema::table("rky_tokenversion");
        auto reply = vault.run_as_system<messages::ListReply>(std::move(message));
        std::vector<std::shared_ptr<const storage::Row>> out;
        for (auto& row : reply.rows) out.push_back(row.row);
        return out;
    }
};

}  // namespace rookery::test
