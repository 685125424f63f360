#include "pipeline/saved_query_rows.hpp"

#include "schema/known_tables.hpp"
#include "schema/made_id.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace rookery::messages {
namespace {

using schema::Table;

/// Views of one table; ids have room for no more.
constexpr std::uint16_t views_max = 16;
static_assert(schema::known::served_count * views_max < 0xFFFF);

std::string attribute(std::string_view name) {
    return "<attribute name=\"" + std::string(name) + "\"/>";
}

std::string cell(std::string_view name, std::string_view width) {
    return "<cell name=\"" + std::string(name) + "\" width=\"" + std::string(width) + "\"/>";
}

/// `state`: null for all rows.
std::string fetch_of(const Table& table, const schema::Option* state) {
    std::string out = "<fetch version=\"1.0\" output-format=\"xml-platform\" mapping=\"logical\">";
    out += "<entity name=\"" + std::string(table.name) + "\">";
    out += attribute(table.primary_id);
    if (!table.primary_name.empty()) {
        out += attribute(table.primary_name);
        out +=
            "<order attribute=\"" + std::string(table.primary_name) + "\" descending=\"false\"/>";
    }
    if (table.column("createdon") != nullptr) out += attribute("createdon");
    if (state != nullptr) {
        out += "<filter type=\"and\"><condition attribute=\"statecode\" operator=\"eq\" value=\"" +
               std::to_string(state->value) + "\"/></filter>";
    }
    return out + "</entity></fetch>";
}

/// dataverse: "Customize entity views".
std::string layout_of(const Table& table) {
    const auto first = table.primary_name.empty() ? table.primary_id : table.primary_name;
    std::string out = "<grid name=\"resultset\" object=\"" +
                      std::to_string(table.object_type_code) + "\" jump=\"" + std::string(first) +
                      "\" select=\"1\" icon=\"1\" preview=\"1\">";
    out += "<row name=\"result\" id=\"" + std::string(table.primary_id) + "\">";
    out += cell(first, "300");
    if (table.column("createdon") != nullptr) out += cell("createdon", "125");
    return out + "</row></grid>";
}

class Views {
 public:
    explicit Views(MadeRows& out) : out_(out) {}

    void of(const Table& table) {
        count_ = 0;
        const auto* state = table.column("statecode");
        if (state == nullptr) return add(table, nullptr, true);
        if (state->options.size() > views_max) throw std::logic_error("too many views of a table");
        for (const auto& option : state->options) {
            add(table, &option, option.value == state->initial);
        }
    }

 private:
    void add(const Table& table, const schema::Option* state, bool is_default) {
        storage::Row row;
        row.table = &schema::known::savedquery;
        const auto number = static_cast<std::uint16_t>(table.id * views_max + count_++);
        row.id = schema::made_id(schema::MadeKind::saved_query, number);
        row.row_version = 1;
        row.versionnumber = 1;
        const auto word = state == nullptr ? std::string_view{"All"} : state->label;
        row.set("name", std::string(word) + " " + std::string(table.display_collection_name));
        row.set("returnedtypecode", std::string(table.name));
        row.set("fetchxml", fetch_of(table, state));
        row.set("layoutxml", layout_of(table));
        row.set("querytype", schema::query_table::main_view);
        row.set("isdefault", is_default);
        for (const auto* column : {"isquickfindquery", "isuserdefined", "iscustom", "ismanaged"}) {
            row.set(column, false);
        }
        row.set("statecode", std::int64_t{0});
        row.set("statuscode", std::int64_t{1});
        out_.push_back(std::make_shared<const storage::Row>(std::move(row)));
    }

    MadeRows& out_;
    std::uint16_t count_ = 0;
};

}  // namespace

MadeRows saved_query_rows() {
    MadeRows out;
    Views views(out);
    for (const auto* table : schema::tables()) views.of(*table);
    return out;
}

}  // namespace rookery::messages
