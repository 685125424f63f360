// Privileges are not written down one by one: eight per served table, then the general ones.
#include "schema/known_tables.hpp"
#include "schema/made_id.hpp"
#include "schema/schema.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>

namespace rookery::schema {
namespace {

struct GeneralPrivilege {
    std::uint16_t id;
    std::string_view name;
};

// Ids of general privileges lie above every table's.
constexpr std::uint16_t first_general = 0xF000;

constexpr GeneralPrivilege general[] = {
    {first_general + 1, prv_grant_unmask},
    {first_general + 2, prv_read_audit},
    {first_general + 3, prv_manage_credentials},
    {first_general + 4, prv_override_created_on},
    {first_general + 5, prv_act_on_behalf},
    {first_general + 6, prv_manage_keys},
    {first_general + 7, prv_read_record_audit},
    {first_general + 8, prv_sync},
    {first_general + 9, prv_manage_sync},
    {first_general + 10, prv_rewrap},
    {first_general + 11, prv_bulk_delete},
    {first_general + 12, prv_publish_duplicate_rule},
    {first_general + 13, prv_retain},
};

constexpr std::size_t table_privileges = known::served_count * right_count;
constexpr std::size_t privilege_total = table_privileges + std::size(general);

/// Made once; the rows' names are views into `names_`, so it never moves.
class Register {
 public:
    Register() {
        std::size_t at = 0;
        for (const auto* table : tables()) {
            const auto part =
                table->privilege_part.empty() ? table->schema_name : table->privilege_part;
            for (const auto& right : right_names) {
                names_[at].append("prv").append(right.privilege_word).append(part);
                const auto id = table->id * right_count + static_cast<std::size_t>(right.right);
                rows[at] = {static_cast<std::uint16_t>(id), names_[at], table, right.right};
                ++at;
            }
        }
        for (const auto& row : general) rows[at++] = {row.id, row.name, nullptr, Right::read};
        std::iota(by_name.begin(), by_name.end(), std::uint16_t{0});
        std::sort(by_name.begin(), by_name.end(), [this](std::uint16_t a, std::uint16_t b) {
            return rows[a].name < rows[b].name;
        });
    }

    Register(const Register&) = delete;
    Register& operator=(const Register&) = delete;

    std::array<Privilege, privilege_total> rows{};
    std::array<std::uint16_t, privilege_total> by_name{};

 private:
    std::array<std::string, table_privileges> names_;
};

const Register& all_privileges() {
    static const Register made;
    return made;
}

}  // namespace

std::span<const Privilege> privileges() { return all_privileges().rows; }

const Privilege* privilege(std::string_view name) {
    const auto& all = all_privileges();
    const auto at = std::lower_bound(
        all.by_name.begin(),
        all.by_name.end(),
        name,
        [&](std::uint16_t position, std::string_view value) {
            return all.rows[position].name < value;
        }
    );
    if (at == all.by_name.end() || all.rows[*at].name != name) return nullptr;
    return &all.rows[*at];
}

const Privilege& privilege(const Table& table, Right right) {
    if (table.of_log && right == Right::read) return *privilege(prv_read_audit);
    return all_privileges().rows.at(
        (table.id - 1U) * right_count + static_cast<std::size_t>(right)
    );
}

Uuid privilege_id(const Privilege& privilege) { return made_id(MadeKind::privilege, privilege.id); }

const Privilege* privilege(const Uuid& privilege_row) {
    const auto id =
        static_cast<std::uint16_t>(privilege_row.bytes[14] << 8 | privilege_row.bytes[15]);
    const auto& rows = all_privileges().rows;
    const auto at = std::lower_bound(
        rows.begin(),
        rows.end(),
        id,
        [](const Privilege& row, std::uint16_t value) { return row.id < value; }
    );
    const bool found = at != rows.end() && privilege_id(*at) == privilege_row;
    return found ? &*at : nullptr;
}

}  // namespace rookery::schema
