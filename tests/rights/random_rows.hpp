// Rows drawn from the world, and what somebody could write into one of each table.
#pragma once

#include "messages/message.hpp"
#include "rights/draws.hpp"
#include "rights/trial.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::rights {

class RandomRows {
 public:
    RandomRows(const Trial& trial, Draws& draws, Ids& ids)
        : trial_(trial), draws_(draws), ids_(ids) {}

    /// A table that Create, Update and Delete work on; those that matter most come most often.
    [[nodiscard]] const schema::Table& table();
    /// Whether the world has as many of its rows as a small world should have.
    [[nodiscard]] bool full(const schema::Table& table) const;
    /// One that is there. Seldom one of the vault's own users and roles.
    [[nodiscard]] std::optional<Uuid> row_of(const schema::Table& table);
    /// The same as a target, sometimes by its alternate key.
    [[nodiscard]] std::optional<messages::Target> target_in(const schema::Table& table);

    /// One that was deleted and is kept.
    [[nodiscard]] std::optional<storage::RowRef> deleted_row();
    [[nodiscard]] std::optional<storage::RowRef> retained_row();

    [[nodiscard]] Uuid new_id() { return ids_.next(); }

    [[nodiscard]] messages::Target owner();

    /// A new row with this id.
    [[nodiscard]] messages::Input fresh(const schema::Table& table, const Uuid& id);
    /// A change of a row that is there.
    [[nodiscard]] messages::Input changed(const schema::Table& table);

    [[nodiscard]] const schema::Privilege& privilege();
    [[nodiscard]] messages::RolePrivilege grant();

    /// A pair that there is, or any two rows that could be one.
    [[nodiscard]] std::optional<std::pair<Uuid, Uuid>> pair_of(
        const schema::Association& association, bool there
    );
    /// Whose token could still be used.
    [[nodiscard]] std::optional<Uuid> live_credential();

 private:
    std::optional<storage::RowRef> any_of(const std::map<Uuid, Record>& records);

    /// How often a table is drawn, how many rows a small world has of it, and what is written.
    struct TableRow {
        const schema::Table* table;
        std::size_t weight;
        std::size_t rows_max;
        void (RandomRows::*fresh)();
        void (RandomRows::*change)();
    };

    static const TableRow tables[];
    [[nodiscard]] static const TableRow& row_for(const schema::Table& table);

    void new_user();
    void new_team();
    void new_unit();
    void new_role();
    void new_profile();
    void new_permission();
    void new_record();
    void new_handle();
    void new_secret();
    void change_user();
    void change_team();
    void change_unit();
    void change_role();
    void change_permission();
    void change_record();
    void change_handle();
    void change_secret();
    void put(std::string_view column, messages::InputValue value);
    void put_row(std::string_view column, const schema::Table& of);

    [[nodiscard]] const World& world() const { return trial_.world(); }

    [[nodiscard]] std::vector<Uuid> rows_of(const schema::Table& table) const;
    [[nodiscard]] std::string name(std::string_view kind);

    const Trial& trial_;
    Draws& draws_;
    Ids& ids_;
    std::uint32_t named_ = 0;
    // The row in the making.
    const schema::Table* table_ = nullptr;
    messages::Input input_;
};

}  // namespace rookery::rights
