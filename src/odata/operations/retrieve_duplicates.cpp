// RetrieveDuplicates: the rows of a table that are duplicates of a row, as a list.
#include "odata/json/json_value.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/quoted_json.hpp"
#include "odata/request/raw_parameters.hpp"
#include "odata/request/row_body.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace rookery::odata::operations::retrieve_duplicates {
namespace {

constexpr Parameter parameters[] = {
    {"BusinessEntity", "@p1", "crmbaseentity"},
    {"MatchingEntityName", "@p2"},
    {"PagingInfo", "@p3", "PagingInfo"},
};

std::string_view given(const RawParameters& all, std::string_view name) {
    const auto found = all.find(name);
    return found == all.end() ? std::string_view{} : std::string_view{found->second};
}

/// "Microsoft.Dynamics.CRM.msdyn_octwitterhandle". Null for no table's name.
const schema::Table* table_of_type(const JsonValue& entity) {
    const auto* type = entity.member("@odata.type");
    if (type == nullptr || !type->is(JsonValue::Kind::text)) return nullptr;
    return type->text.expose([](std::string_view text) -> const schema::Table* {
        if (text.starts_with('#')) text.remove_prefix(1);
        constexpr std::string_view prefix = "Microsoft.Dynamics.CRM.";
        if (!text.starts_with(prefix)) return nullptr;
        const auto* table = schema::table(text.substr(prefix.size()));
        return table == nullptr || table->outside ? nullptr : table;
    });
}

/// A token is compared by nobody, and belongs into no URL.
Result<> check_no_token(const messages::Input& input) {
    for (const auto& cell : input.cells) {
        if (cell.column->type != schema::Type::sealed) continue;
        return fail(
            Errc::sealed_in_query,
            "The column '" + std::string{cell.column->name} + "' cannot be compared: it is sealed."
        );
    }
    return {};
}

Result<> read_entity(Call& call, std::string_view raw, messages::RetrieveDuplicates& out) {
    const auto function = call.function();
    const auto text = with_double_quotes(raw);
    ROOKERY_TRY(const auto entity, parse_json(text));
    out.base = table_of_type(entity);
    if (out.base == nullptr) return wrong_parameter(function, "BusinessEntity");
    ROOKERY_TRY(out.given, read_row(entity, *out.base, RowUse::upsert, call.request.origin()));
    ROOKERY_CHECK(check_no_token(out.given));
    const auto* id = out.given.find(out.base->primary_id);
    if (id == nullptr) return {};
    if (const auto* value = std::get_if<Uuid>(&id->value); value != nullptr && !value->is_nil()) {
        out.id = *value;
    }
    return {};
}

/// A whole number from 1 on.
std::optional<std::uint32_t> number_in(const JsonValue& paging, std::string_view name) {
    const auto* value = paging.member(name);
    if (value == nullptr || !value->is(JsonValue::Kind::integer)) return std::nullopt;
    const auto number = value->integer;
    if (number < 1 || number > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
    return static_cast<std::uint32_t>(number);
}

Result<> read_paging(
    const Function& function, std::string_view raw, messages::RetrieveDuplicates& out
) {
    const auto text = with_double_quotes(raw);
    ROOKERY_TRY(const auto paging, parse_json(text));
    ROOKERY_CHECK(
        check_members(paging, {"PageNumber", "Count", "PagingCookie", "ReturnTotalRecordCount"})
    );
    const auto page = number_in(paging, "PageNumber");
    const auto size = number_in(paging, "Count");
    if (!page || !size) return wrong_parameter(function, "PagingInfo");
    out.page = *page;
    out.page_size = *size;
    return {};
}

Result<messages::Message> read(Call& call) {
    const auto function = call.function();
    ROOKERY_TRY(
        const auto all, read_raw_parameters(function, call.arguments, call.request.options())
    );
    messages::RetrieveDuplicates out;
    ROOKERY_CHECK(read_entity(call, given(all, "BusinessEntity"), out));
    const auto name = text_of(given(all, "MatchingEntityName"));
    out.table = name ? schema::table(*name) : nullptr;
    if (out.table == nullptr || out.table->outside) {
        return wrong_parameter(function, "MatchingEntityName");
    }
    ROOKERY_CHECK(read_paging(function, given(all, "PagingInfo"), out));
    call.request.context().table = out.table;
    return messages::Message{std::move(out)};
}

constexpr Operation operation{
    .name = "RetrieveDuplicates",
    .kind = OperationKind::function,
    .parameters = parameters,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_duplicates
