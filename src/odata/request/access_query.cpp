#include "odata/request/access_query.hpp"

#include "messages/explain.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/parameters.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::odata {
namespace {

constexpr Parameter who_can_parameters[] = {
    {"Record", "@r"},
    {"UniqueHandleId", "@u"},
    {"Table", "@t"},
    {"Column", "@c"},
    {"After", "@a"},
    {"Top", "@n"},
};
constexpr Parameter access_of_parameters[] = {{"User", "@w"}};
constexpr Parameter explain_parameters[] = {
    {"User", "@w"},
    {"Message", "@m"},
    {"Record", "@r"},
    {"UniqueHandleId", "@u"},
    {"Table", "@t"},
    {"Column", "@c"},
    {"Owner", "@o"},
};

constexpr Function who_can{"rky_RetrieveWhoCan", who_can_parameters};
constexpr Function access_of{"rky_RetrieveAccessOf", access_of_parameters};
constexpr Function explain{"rky_ExplainAccess", explain_parameters};

/// What the three functions are given, before it is known what belongs together.
struct Given {
    std::optional<Uuid> user;
    std::optional<Uuid> record;
    std::optional<Uuid> owner;
    std::optional<Uuid> after;
    std::optional<std::uint32_t> top;
    std::string unique_handle_id;
    std::string table;
    std::string column;
    std::string message;
};

bool is_value(const Token& value) {
    return value.kind == TokenKind::text || (value.kind == TokenKind::word && !value.glued);
}

Result<> set_text(const Function& function, std::string_view name, const Token& value, std::string& to) {
    to = value.text();
    if (to.empty()) return wrong_parameter(function, name);
    return {};
}

Result<> set_id(
    const Function& function, std::string_view name, const Token& value, std::optional<Uuid>& to
) {
    to = Uuid::parse(value.raw);
    if (!to || to->is_nil()) return wrong_parameter(function, name);
    return {};
}

Result<> set(const Function& function, Given& out, std::string_view name, const Token& value) {
    if (!is_value(value)) return wrong_parameter(function, name);
    if (name == "User") return set_id(function, name, value, out.user);
    if (name == "Record") return set_id(function, name, value, out.record);
    if (name == "Owner") return set_id(function, name, value, out.owner);
    if (name == "After") return set_id(function, name, value, out.after);
    if (name == "Table") return set_text(function, name, value, out.table);
    if (name == "Column") return set_text(function, name, value, out.column);
    if (name == "Message") return set_text(function, name, value, out.message);
    if (name == "UniqueHandleId") {
        if (value.kind != TokenKind::text) return wrong_parameter(function, name);
        return set_text(function, name, value, out.unique_handle_id);
    }
    const auto top = read_integer(value.raw);
    if (value.kind != TokenKind::word || !top || *top < 1 || *top > readers_top_max) {
        return wrong_parameter(function, name);
    }
    out.top = static_cast<std::uint32_t>(*top);
    return {};
}

Result<Given> read(
    const Function& function,
    const std::optional<std::string>& arguments,
    const QueryOptions& options
) {
    Given out;
    ROOKERY_CHECK(read_parameters(
        function,
        arguments,
        options,
        [&](std::string_view name, const Token& value) { return set(function, out, name, value); }
    ));
    return out;
}

Result<const schema::Table*> table_of(const Function& function, const Given& given) {
    const auto& secrets = schema::known::msdyn_octwitterhandlesecret;
    if (given.table.empty()) return &secrets;
    const auto* table = schema::table(given.table);
    const bool by_handle = !given.unique_handle_id.empty();
    if (table == nullptr || table->outside || (by_handle && table != &secrets)) {
        return wrong_parameter(function, "Table");
    }
    return table;
}

/// Column security is for sealed columns: of others there is nothing to ask.
Result<const schema::Column*> column_of(
    const Function& function, const Given& given, const schema::Table& table
) {
    if (given.column.empty()) return nullptr;
    const auto* column = table.column(given.column);
    if (column == nullptr || column->type != schema::Type::sealed) {
        return wrong_parameter(function, "Column");
    }
    return column;
}

Result<messages::Target> record_of(
    const Function& function, const Given& given, const schema::Table& table
) {
    if (given.record.has_value() != given.unique_handle_id.empty()) {
        return wrong_parameter(function, "Record");
    }
    if (given.record) return messages::Target{&table, *given.record};
    return messages::Target{
        &table, messages::KeyValues{&table.keys.front(), {given.unique_handle_id}}};
}

bool takes_column(messages::Explained what) {
    using enum messages::Explained;
    return what == retrieve || what == retrieve_multiple || what == create || what == update;
}

}  // namespace

Result<messages::RetrieveWhoCan> read_who_can(
    const std::optional<std::string>& arguments, const QueryOptions& options
) {
    ROOKERY_TRY(const auto given, read(who_can, arguments, options));
    ROOKERY_TRY(const auto* table, table_of(who_can, given));
    if (!table->has_sealed()) return wrong_parameter(who_can, "Table");
    messages::RetrieveWhoCan out;
    ROOKERY_TRY(out.target, record_of(who_can, given, *table));
    ROOKERY_TRY(out.column, column_of(who_can, given, *table));
    out.after = given.after.value_or(Uuid{});
    if (given.top) out.top = *given.top;
    return out;
}

Result<messages::RetrieveAccessOf> read_access_of(
    const std::optional<std::string>& arguments, const QueryOptions& options
) {
    ROOKERY_TRY(const auto given, read(access_of, arguments, options));
    return messages::RetrieveAccessOf{given.user};
}

Result<messages::ExplainAccess> read_explain_access(
    const std::optional<std::string>& arguments, const QueryOptions& options
) {
    ROOKERY_TRY(const auto given, read(explain, arguments, options));
    const auto* asked = std::ranges::find(
        messages::explained_names, std::string_view{given.message}, &messages::ExplainedName::name
    );
    if (asked == std::end(messages::explained_names)) return wrong_parameter(explain, "Message");
    messages::ExplainAccess out;
    out.user = given.user;
    out.what = asked->what;
    ROOKERY_TRY(out.table, table_of(explain, given));
    if (asked->of_record) {
        ROOKERY_TRY(out.record, record_of(explain, given, *out.table));
    } else if (given.record || !given.unique_handle_id.empty()) {
        return wrong_parameter(explain, "Record");
    }
    ROOKERY_TRY(out.column, column_of(explain, given, *out.table));
    if (out.column != nullptr && !takes_column(out.what)) return wrong_parameter(explain, "Column");
    out.owner = given.owner;
    if (out.owner && out.what != messages::Explained::assign) {
        return wrong_parameter(explain, "Owner");
    }
    return out;
}

}  // namespace rookery::odata
