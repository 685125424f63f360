#include "odata/request/write.hpp"

#include "odata/request/row_body.hpp"
#include "pipeline/column_value.hpp"

#include <utility>

namespace rookery::odata {
namespace {

/// The id in a body that is sent back whole repeats the URL's.
Result<> drop_row_id(const schema::Table& table, messages::Input& input, const Uuid& id) {
    for (const auto& cell : input.cells) {
        if (!cell.column->may(schema::can::row_id)) continue;
        const auto* given = std::get_if<Uuid>(&cell.value);
        if (given == nullptr || *given != id) {
            return payload_error(
                table,
                "The property '" + std::string{cell.column->name} +
                    "' differs from the key in the request URL."
            );
        }
    }
    std::erase_if(input.cells, [](const messages::InputCell& cell) {
        return cell.column->may(schema::can::row_id);
    });
    return {};
}

}  // namespace

Result<messages::Message> read_create(RequestReader& request, const schema::Table& table) {
    ROOKERY_CHECK(request.options_only({"$select", "$expand"}));
    ROOKERY_CHECK(request.check_writable(table, "Create"));
    messages::Create out;
    out.table = &table;
    out.duplicates = request.headers().duplicates;
    ROOKERY_TRY(out.representation, request.representation(table));
    const auto read = [&](const JsonValue& body, messages::Create& into) -> Result<> {
        ROOKERY_TRY(into.input, read_row(body, table, RowUse::create, request.origin()));
        return {};
    };
    return request.with_body(std::move(out), read);
}

Result<messages::Message> read_upsert(RequestReader& request, messages::Target target) {
    const auto& table = *target.table;
    request.ignore_expand();
    ROOKERY_CHECK(request.options_only({"$select"}));
    ROOKERY_CHECK(request.check_writable(table, "Upsert"));
    messages::Upsert out;
    ROOKERY_TRY(out.representation, request.representation(table));
    out.preconditions = request.headers().preconditions;
    out.duplicates = request.headers().duplicates;
    out.target = std::move(target);
    const auto read = [&](const JsonValue& body, messages::Upsert& into) -> Result<> {
        ROOKERY_TRY(into.input, read_row(body, table, RowUse::upsert, request.origin()));
        const auto* id = std::get_if<Uuid>(&into.target.by);
        return id == nullptr ? Result<>{} : drop_row_id(table, into.input, *id);
    };
    return request.with_body(std::move(out), read);
}

Result<messages::Message> read_delete(RequestReader& request, messages::Target target) {
    ROOKERY_CHECK(request.options_only({}));
    if (!target.table->removable) {
        ROOKERY_CHECK(request.check_writable(*target.table, "Delete"));
    }
    messages::Delete out;
    out.target = std::move(target);
    out.preconditions = request.headers().preconditions;
    return messages::Message{std::move(out)};
}

Result<messages::Message> read_property_change(
    RequestReader& request, messages::Target target, const schema::Column& column
) {
    const auto& table = *target.table;
    ROOKERY_CHECK(request.check_writable(table, "Update"));
    auto out = change_existing(request, std::move(target));
    if (request.method() == "DELETE") return clear(std::move(out), column);
    const auto read = [&](const JsonValue& body, messages::Upsert& into) -> Result<> {
        ROOKERY_TRY(into.input, read_property_value(body, table, column));
        return {};
    };
    return request.with_body(std::move(out), read);
}

messages::Upsert change_existing(RequestReader& request, messages::Target target) {
    request.context().names_entity = false;
    messages::Upsert out;
    out.target = std::move(target);
    out.preconditions = request.headers().preconditions;
    out.preconditions.must_exist = true;
    out.duplicates = request.headers().duplicates;
    return out;
}

Result<messages::Message> clear(messages::Upsert out, const schema::Column& column) {
    ROOKERY_CHECK(check_single_write(column));
    ROOKERY_TRY(auto null, messages::column_value(*out.target.table, column, {}));
    out.input.cells.push_back({&column, std::move(null)});
    return messages::Message{std::move(out)};
}

}  // namespace rookery::odata
