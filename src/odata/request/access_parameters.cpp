#include "odata/request/access_parameters.hpp"

#include "odata/request/literal.hpp"
#include "schema/known_tables.hpp"

#include <utility>

namespace rookery::odata {
namespace {

bool is_value(const Token& value) {
    return value.kind == TokenKind::text || (value.kind == TokenKind::word && !value.glued);
}

constexpr std::pair<std::string_view, std::optional<Uuid> AccessParameters::*> ids[] = {
    {"User", &AccessParameters::user},
    {"Record", &AccessParameters::record},
    {"Owner", &AccessParameters::owner},
    {"After", &AccessParameters::after},
};

constexpr std::pair<std::string_view, std::string AccessParameters::*> texts[] = {
    {"UniqueHandleId", &AccessParameters::unique_handle_id},
    {"Table", &AccessParameters::table},
    {"Column", &AccessParameters::column},
    {"Message", &AccessParameters::message},
};

/// False: the value is not one of that parameter.
bool set(AccessParameters& out, std::string_view name, const Token& value) {
    if (!is_value(value)) return false;
    for (const auto& [known, member] : ids) {
        if (name != known) continue;
        auto& id = out.*member;
        id = Uuid::parse(value.raw);
        return id && !id->is_nil();
    }
    for (const auto& [known, member] : texts) {
        if (name != known) continue;
        auto& text = out.*member;
        text = value.text();
        // A key of digits alone would pass for a number without its quotes.
        const bool quoted = value.kind == TokenKind::text;
        return !text.empty() && (quoted || member != &AccessParameters::unique_handle_id);
    }
    const auto top = read_integer(value.raw);
    if (value.kind != TokenKind::word || !top || *top < 1 || *top > readers_top_max) return false;
    out.top = static_cast<std::uint32_t>(*top);
    return true;
}

}  // namespace

Result<AccessParameters> read_access_parameters(
    const Function& function, std::optional<std::string_view> arguments, const QueryOptions& options
) {
    AccessParameters out;
    ROOKERY_CHECK(read_parameters(
        function,
        arguments,
        options,
        [&](std::string_view name, const Token& value) { return set(out, name, value); }
    ));
    return out;
}

Result<const schema::Table*> table_of(const Function& function, const AccessParameters& given) {
    const auto& secrets = schema::known::msdyn_octwitterhandlesecret;
    if (given.table.empty()) return &secrets;
    const auto* table = schema::table(given.table);
    const bool by_handle = !given.unique_handle_id.empty();
    if (table == nullptr || table->outside || (by_handle && table != &secrets)) {
        return wrong_parameter(function, "Table");
    }
    return table;
}

Result<const schema::Column*> column_of(
    const Function& function, const AccessParameters& given, const schema::Table& table
) {
    if (given.column.empty()) return nullptr;
    const auto* column = table.column(given.column);
    if (column == nullptr || column->type != schema::Type::sealed) {
        return wrong_parameter(function, "Column");
    }
    return column;
}

Result<messages::Target> record_of(
    const Function& function, const AccessParameters& given, const schema::Table& table
) {
    if (given.record.has_value() != given.unique_handle_id.empty()) {
        return wrong_parameter(function, "Record");
    }
    if (given.record) return messages::Target{&table, *given.record};
    return messages::Target{
        &table, messages::KeyValues{&table.keys.front(), {given.unique_handle_id}}};
}

}  // namespace rookery::odata
