#include "odata/response/row_writer.hpp"

#include "odata/response/formatted_value.hpp"
#include "storage/value_codec.hpp"

#include <algorithm>
#include <variant>

namespace rookery::odata {
namespace {

bool is_version(const schema::Column& column) {
    return column.type == schema::Type::bigint && column.name == "versionnumber";
}

/// Whether it is null, and no id or version, which the row knows without a cell.
bool is_left_out(const messages::ShownCell& cell) {
    if (cell.column->may(schema::can::row_id) || is_version(*cell.column)) return false;
    if (std::holds_alternative<std::monostate>(cell.value)) return true;
    const auto* const* stored = std::get_if<const storage::Value*>(&cell.value);
    return stored != nullptr && (*stored == nullptr || storage::is_null(**stored));
}

/// dataverse: BooleanManagedProperty. Nobody can change what the vault says.
void write_managed(JsonWriter& json, const schema::Column& column, bool value) {
    json.begin_object();
    json.key("Value");
    json.boolean(value);
    json.key("CanBeChanged");
    json.boolean(false);
    json.key("ManagedPropertyLogicalName");
    json.text(column.name);
    json.end_object();
}

struct WritePlain {
    JsonWriter& json;

    void operator()(std::monostate) const { json.null(); }

    void operator()(bool flag) const { json.boolean(flag); }

    void operator()(std::int64_t number) const { json.number(number); }

    void operator()(storage::Fraction number) const { json.ready(to_string(number)); }

    void operator()(const std::string& text) const { json.text(text); }
};

}  // namespace

void RowWriter::bigint(std::int64_t number) {
    if (context_.int64_as_text) {
        json_.text(std::to_string(number));
    } else {
        json_.number(number);
    }
}

void RowWriter::value(const messages::ShownRow& row, const messages::ShownCell& cell) {
    const auto& column = *cell.column;
    if (const auto* secret = std::get_if<SecretBytes>(&cell.value)) return json_.text(*secret);
    if (std::holds_alternative<messages::Masked>(cell.value)) return json_.text(messages::mask);
    // Known to the row itself, not to its cells.
    if (column.may(schema::can::row_id)) return json_.uuid(row.row->id);
    if (is_version(column)) return bigint(static_cast<std::int64_t>(row.versionnumber(receipt_)));
    const auto* const* stored = std::get_if<const storage::Value*>(&cell.value);
    if (stored == nullptr || *stored == nullptr) return json_.null();
    const auto& value = **stored;
    if (const auto* text = std::get_if<std::string>(&value)) return json_.text(*text);
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        if (column.type == schema::Type::bigint) return bigint(*number);
        return json_.number(*number);
    }
    if (const auto* ref = std::get_if<storage::RowRef>(&value)) return json_.uuid(ref->id);
    if (const auto* id = std::get_if<Uuid>(&value)) return json_.uuid(*id);
    if (const auto* time = std::get_if<Instant>(&value)) return json_.time(*time);
    if (const auto* flag = std::get_if<bool>(&value)) {
        if (column.type == schema::Type::managed) return write_managed(json_, column, *flag);
        return json_.boolean(*flag);
    }
    // A sealed object or a digest never leaves, whatever a planner put here.
    const auto shape = storage::shape_of(value);
    if (shape == schema::Shape::sealed || shape == schema::Shape::digest) return json_.null();
    // The shapes of most columns, above, take no text of their own.
    std::visit(WritePlain{json_}, storage::plain(value));
}

void RowWriter::annotations(
    const schema::Table& table, const messages::ShownCell& cell, std::uint64_t versionnumber,
    std::string_view name
) {
    const auto& column = *cell.column;
    const auto& wanted = context_.annotations;
    if (wanted.formatted_value && is_version(column)) {
        json_.key(name, "@OData.Community.Display.V1.FormattedValue");
        return json_.text(grouped(static_cast<std::int64_t>(versionnumber)));
    }
    const auto* const* stored = std::get_if<const storage::Value*>(&cell.value);
    if (stored == nullptr || *stored == nullptr || storage::is_null(**stored)) return;
    if (wanted.formatted_value) {
        const auto text = column.is_lookup() ? cell.formatted : formatted_value(column, **stored);
        if (!text.empty()) {
            json_.key(name, "@OData.Community.Display.V1.FormattedValue");
            json_.text(text);
        }
    }
    if (!column.is_lookup()) return;
    const auto* ref = std::get_if<storage::RowRef>(*stored);
    const auto* target = ref == nullptr ? nullptr : schema::table(ref->table);
    const auto nav = target == nullptr ? column.nav : schema::navigation(table, column, *target);
    // dataverse: of an audit it is not told.
    if (wanted.navigation_property && !nav.empty() && !table.of_log) {
        json_.key(name, "@Microsoft.Dynamics.CRM.associatednavigationproperty");
        json_.text(nav);
    }
    if (wanted.lookup_logical_name && target != nullptr) {
        json_.key(name, "@Microsoft.Dynamics.CRM.lookuplogicalname");
        json_.text(target->name);
    }
}

std::string RowWriter::url_of(const schema::Table& table, const Uuid& id) const {
    std::string out{context_.origin.links()};
    out.append(api_prefix).append(context_.version).append("/").append(table.set_name);
    return out + "(" + to_string(id) + ")";
}

void RowWriter::members(const messages::ShownRow& row) { members(row, context_.expanded); }

void RowWriter::members(const messages::ShownRow& row, const std::vector<ExpandedName>& expanded) {
    own_members(row);
    if (!row.expanded.empty()) links(row, expanded);
}

void RowWriter::joined_members(const messages::ShownRow& row, const ExpandedName& joined) {
    const auto versionnumber = row.versionnumber(receipt_);
    for (const auto& cell : row.cells) {
        if (is_left_out(cell)) continue;
        const auto renamed = std::ranges::find_if(joined.renamed, [&](const auto& one) {
            return one.first == cell.column;
        });
        const auto name = renamed != joined.renamed.end()
                              ? renamed->second
                              : joined.name + "." + std::string{cell.column->name};
        annotations(*row.row->table, cell, versionnumber, name);
        json_.key(name);
        value(row, cell);
    }
}

void RowWriter::own_members(const messages::ShownRow& row) {
    const auto versionnumber = row.versionnumber(receipt_);
    if (context_.metadata != MetadataLevel::none) {
        json_.key("@odata.etag");
        json_.begin_text();
        json_.piece("W/\"");
        json_.piece(std::to_string(versionnumber));
        json_.piece("\"");
        json_.end_text();
    }
    if (context_.metadata == MetadataLevel::full) {
        type_of(row);
        json_.key("@odata.id");
        json_.text(url_of(*row.row->table, row.row->id));
    }
    for (const auto& cell : row.cells) {
        const auto name = name_of(*cell.column);
        annotations(*row.row->table, cell, versionnumber, name);
        json_.key(name);
        value(row, cell);
    }
}

std::string_view RowWriter::name_of(const schema::Column& column) const {
    for (const auto& [renamed, name] : context_.renamed) {
        if (renamed == &column) return name;
    }
    return column.wire_name();
}

void RowWriter::type_of(const messages::ShownRow& row) {
    json_.key("@odata.type");
    json_.text("#Microsoft.Dynamics.CRM." + std::string{row.row->table->name});
}

void RowWriter::links(const messages::ShownRow& row, const std::vector<ExpandedName>& expanded) {
    for (std::size_t i = 0; i < row.expanded.size(); ++i)
        link(row, row.expanded[i], expanded.at(i));
}

void RowWriter::link(
    const messages::ShownRow& row, const messages::ShownLink& link, const ExpandedName& name
) {
    json_.key(name.name);
    if (const auto* rows = std::get_if<std::vector<messages::ShownRowPtr>>(&link)) {
        return collection(row, *rows, name);
    }
    if (std::holds_alternative<std::monostate>(link)) return json_.null();
    json_.begin_object();
    if (const auto* to = std::get_if<storage::RowRef>(&link)) {
        json_.key("@odata.id");
        json_.text(url_of(*schema::table(to->table), to->id));
    } else {
        const auto& shown = *std::get<messages::ShownRowPtr>(link);
        if (name.many_tables && context_.metadata == MetadataLevel::minimal) type_of(shown);
        members(shown, name.expanded);
    }
    json_.end_object();
}

void RowWriter::collection(
    const messages::ShownRow& row, const std::vector<messages::ShownRowPtr>& rows,
    const ExpandedName& name
) {
    json_.begin_array();
    for (const auto& one : rows) {
        json_.begin_object();
        members(*one, name.expanded);
        json_.end_object();
    }
    json_.end_array();
    // dataverse: always there, and leads to all of them from the first on.
    json_.key(name.name, "@odata.nextLink");
    auto url = url_of(*row.row->table, row.row->id) + "/" + name.name;
    json_.text(name.options.empty() ? url : url + "?" + name.options);
}

}  // namespace rookery::odata
