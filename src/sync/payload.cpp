#include "sync/payload.hpp"

#include "storage/value_codec.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <utility>
#include <variant>

namespace rookery::sync {
namespace {

using nlohmann::json;
using schema::Type;
namespace can = schema::can;

constexpr std::string_view created_on = "createdon";
constexpr std::string_view overridden_created_on = "overriddencreatedon";

bool is_pushed(const schema::Column& column) {
    if (!column.may(can::odata) || !(column.may(can::create) || column.may(can::update))) {
        return false;
    }
    if (column.may(can::redirected) || column.may(can::row_id)) return false;
    return column.type != Type::sealed && column.type != Type::digest;
}

bool is_state(const schema::Column& column) {
    return column.type == Type::state || column.type == Type::status;
}

/// Null: the record has none.
const storage::Value* value_of(const messages::ShownRow& row, std::string_view column) {
    for (const auto& cell : row.cells) {
        if (cell.column->name != column) continue;
        const auto* const* stored = std::get_if<const storage::Value*>(&cell.value);
        const bool null = stored == nullptr || *stored == nullptr || storage::is_null(**stored);
        return null ? nullptr : *stored;
    }
    return nullptr;
}

struct ToJson {
    json operator()(std::monostate) const { return nullptr; }

    json operator()(storage::Fraction number) const {
        return static_cast<double>(number.parts) / static_cast<double>(storage::Fraction::one);
    }

    template <class T>
    json operator()(T plain) const {
        return json(std::move(plain));
    }
};

/// Neither a lookup, which is bound, nor a token or a digest, which are in no column that is pushed.
json given(const storage::Value* value) {
    return value == nullptr ? json(nullptr) : std::visit(ToJson{}, storage::plain(*value));
}

json bound(const storage::Value* value) {
    if (value == nullptr) return nullptr;
    const auto& ref = std::get<storage::RowRef>(*value);
    const auto* table = schema::table(ref.table);
    if (table == nullptr) throw std::logic_error("a lookup leads to a table that is not there");
    return "/" + std::string{table->set_name} + "(" + to_string(ref.id) + ")";
}

void add_parent(Payload& out, const storage::Value* value) {
    if (value == nullptr) return;
    const auto& ref = std::get<storage::RowRef>(*value);
    const auto* table = schema::table(ref.table);
    if (table != nullptr && table->synced) out.parents.push_back(ref);
}

}  // namespace

std::vector<const schema::Column*> columns_to_load(const schema::Table& table) {
    std::vector<const schema::Column*> out;
    for (const auto& column : table.columns) {
        if (is_pushed(column) || column.name == created_on) out.push_back(&column);
    }
    return out;
}

Payload payload_of(const messages::ShownRow& row, const std::optional<std::string>& owner) {
    Payload out;
    json create = json::object();
    json update = json::object();
    const auto* state = value_of(row, "statecode");
    out.update_after_create = state != nullptr && *state != storage::Value{std::int64_t{0}};

    for (const auto& cell : row.cells) {
        const auto& column = *cell.column;
        if (!is_pushed(column)) continue;
        const auto* value = value_of(row, column.name);
        std::string name{column.name};
        json content;
        if (column.type == Type::owner) {
            if (!owner) {
                out.owner_left_out = true;
                continue;
            }
            name = std::string{column.nav} + "@odata.bind";
            content = "/" + *owner;
        } else if (column.is_lookup()) {
            name = std::string{column.nav} + "@odata.bind";
            content = bound(value);
            add_parent(out, value);
        } else {
            if (column.name == overridden_created_on && value == nullptr) {
                value = value_of(row, created_on);
            }
            content = given(value);
        }
        if (column.may(can::update)) {
            update[name] = content;
            out.update_columns.push_back(&column);
        }
        if (is_state(column) && out.update_after_create) continue;
        create[std::move(name)] = std::move(content);
        out.create_columns.push_back(&column);
    }
    out.create = create.dump();
    out.update = update.dump();
    return out;
}

}  // namespace rookery::sync
