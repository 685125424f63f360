// Rows that lead to each other, and what $expand shows of them.
#pragma once

#include "messages/token_scene.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::test {

struct ExpandScene : TokenScene {
    static constexpr std::string_view handles = "msdyn_octwitterhandle";
    static constexpr std::string_view handle_of = "msdyn_octwitterhandleid";
    static constexpr std::string_view children =
        "msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid";

    /// Of the scene's team, to which its record leads.
    Uuid bird;

    ExpandScene() {
        const auto role =
            vault.role("Birds", {"prvReadmsdyn_octwitterhandle"}, schema::Depth::basic);
        vault.associate("teamroles_association", team, role);
        bird = create_handle("@rookery", TestVault::target("team", team));
        lead(record, bird);
    }

    Uuid create_handle(const std::string& name, messages::Target owner) {
        return vault.create(
            handles, std::pair{"msdyn_name", name}, std::pair{"ownerid", std::move(owner)}
        );
    }

    /// The secret is of this handle from now on.
    void lead(const Uuid& secret, const Uuid& handle) {
        REQUIRE(
            Sender(vault, vault.vault().system())
                .update(secrets, secret, std::pair{handle_of, TestVault::target(handles, handle)})
        );
    }

    static messages::Query query_of(std::string_view table, std::vector<std::string> columns = {}) {
        messages::Query out;
        out.table = schema::table(table);
        for (const auto& name : columns) out.selection.columns.push_back(out.table->column(name));
        return out;
    }

    /// The rows that a lookup of `table` leads to.
    static messages::Expansion lookup(
        std::string_view table, std::string_view column, messages::Query to
    ) {
        messages::Expansion out;
        out.path = column;
        out.lookup = schema::table(table)->column(column);
        out.to.push_back(std::move(to));
        return out;
    }

    static messages::Expansion to_handle(std::vector<std::string> columns = {}) {
        return lookup(secrets, handle_of, query_of(handles, std::move(columns)));
    }

    /// The owner of a secret, a user or a team.
    static messages::Expansion to_owner() {
        auto out = lookup(secrets, "ownerid", query_of("systemuser"));
        out.to.push_back(query_of("team"));
        return out;
    }

    /// The secrets of a handle.
    static messages::Expansion to_children(std::vector<std::string> columns = {}) {
        messages::Expansion out;
        out.path = children;
        auto query = query_of(secrets, std::move(columns));
        const auto all = schema::relationships();
        const auto found = std::ranges::find(all, children, &schema::Relationship::collection_nav);
        query.within = messages::Within{{schema::table(handles), Uuid{}}, &*found, nullptr};
        out.to.push_back(std::move(query));
        return out;
    }

    static messages::Retrieve retrieve(
        std::string_view table, const Uuid& id, std::vector<messages::Expansion> expanded
    ) {
        messages::Retrieve out;
        out.target = TestVault::target(table, id);
        out.expanded = std::move(expanded);
        return out;
    }

    static messages::RetrieveMultiple list_of(
        std::string_view table, std::vector<messages::Expansion> expanded
    ) {
        messages::RetrieveMultiple out;
        out.table = schema::table(table);
        out.expanded = std::move(expanded);
        return out;
    }

    /// What one navigation property of a row led to.
    [[nodiscard]] Result<messages::ShownLink> link(const Uuid& user, messages::Retrieve message) {
        ROOKERY_TRY(
            auto reply, vault.run<messages::RowReply>(TestVault::caller(user), std::move(message))
        );
        return std::move(reply.row.expanded.at(0));
    }

    /// Newest last, without the reading of the log itself.
    [[nodiscard]] std::vector<audit::Event> newest(std::uint32_t count) {
        messages::RetrieveAuditEvents review;
        review.top = count;
        auto log = vault.run_as_system<messages::LogReply>(review);
        std::vector<audit::Event> out;
        for (auto& entry : log.entries) out.push_back(std::move(entry.event));
        std::ranges::reverse(out);
        return out;
    }

    template <class T>
    static const T* extra(const audit::Event& event, std::string_view key) {
        const auto found =
            std::ranges::find_if(event.extras, [&](const auto& one) { return one.first == key; });
        return found == event.extras.end() ? nullptr : std::get_if<T>(&found->second);
    }

    static bool says(const audit::Event& event, std::string_view key, std::string_view text) {
        const auto* value = extra<std::string>(event, key);
        return value != nullptr && *value == text;
    }
};

/// Null for what is not shown.
inline const messages::ShownRow* row_of(const messages::ShownLink& link) {
    const auto* row = std::get_if<messages::ShownRowPtr>(&link);
    return row == nullptr ? nullptr : row->get();
}

inline std::vector<Uuid> ids_of(const messages::ShownLink& link) {
    std::vector<Uuid> out;
    for (const auto& row : std::get<std::vector<messages::ShownRowPtr>>(link)) {
        out.push_back(row->row->id);
    }
    return out;
}

/// "null", "masked", "clear", or "value".
inline std::string shown_as(const messages::ShownRow& row, std::string_view column) {
    for (const auto& cell : row.cells) {
        if (cell.column->name != column) continue;
        if (std::holds_alternative<messages::Masked>(cell.value)) return "masked";
        if (std::holds_alternative<SecretBytes>(cell.value)) return "clear";
        return std::holds_alternative<std::monostate>(cell.value) ? "null" : "value";
    }
    return "not asked for";
}

}  // namespace rookery::test
