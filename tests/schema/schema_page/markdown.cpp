#include "schema/schema_page/markdown.hpp"

#include "schema/schema_page/words.hpp"

#include <initializer_list>

namespace rookery::schema_page {
namespace {

std::string code(std::string_view text) {
    return text.empty() ? std::string{} : "`" + std::string(text) + "`";
}

std::string_view yes(bool holds) { return holds ? "yes" : ""; }

void add_row(std::string& out, std::initializer_list<std::string_view> cells) {
    out += "|";
    for (const auto cell : cells) out.append(cell.empty() ? "" : " ").append(cell).append(" |");
    out += "\n";
}

void add_head(std::string& out, std::initializer_list<std::string_view> titles) {
    add_row(out, titles);
    out += "|";
    for (std::size_t i = 0; i < titles.size(); ++i) out += "---|";
    out += "\n";
}

void add_overview(std::string& out) {
    out += "### Tables\n\n";
    add_head(
        out, {"id", "table", "primary id", "rows", "access fact", "pair of", "outbox", "sealed"}
    );
    for (const auto* table : every_table()) {
        const auto* pairs = pairs_of(*table);
        const auto ends = pairs == nullptr
                              ? std::string{}
                              : code(pairs->first_column) + ", " + code(pairs->second_column);
        add_row(
            out,
            {std::to_string(table->id),
             code(table->name),
             code(table->primary_id),
             table->outside ? "outside" : yes(has_rows(*table)),
             yes(table->access_fact),
             ends,
             yes(table->synced),
             yes(table->has_sealed())}
        );
    }
}

/// Where a lookup leads, or what a redirected column stands for.
std::string leads_to(const schema::Column& column) {
    if (!column.sibling.empty()) return code(column.sibling);
    std::string out;
    for (const auto target : column.targets)
        out.append(out.empty() ? "" : ", ").append(code(target));
    return out;
}

void add_columns(std::string& out, const schema::Table& table) {
    out.append("\n### ").append(code(table.name)).append("\n\n");
    add_head(out, {"id", "column", "type", "place", "leads to", "index"});
    for (const auto& column : table.columns) {
        add_row(
            out,
            {std::to_string(column.id),
             code(column.name),
             type_of(column),
             place_of(column),
             leads_to(column),
             index_of(table, column)}
        );
    }
    for (const auto& key : table.keys) {
        out.append("\nAlternate key ").append(code(key.name)).append(":");
        for (const auto id : key.columns) {
            out.append(id == key.columns.front() ? " " : ", ");
            out.append(code(table.column(id)->name)).append(" (" + std::to_string(id) + ")");
        }
        out += "\n";
    }
}

void add_privileges(std::string& out) {
    out += "\n### Privileges\n\n";
    add_head(out, {"id", "privilege", "row"});
    for (const auto& privilege : schema::privileges()) {
        add_row(
            out,
            {std::to_string(privilege.id),
             code(privilege.name),
             code(to_string(schema::privilege_id(privilege)))}
        );
    }
}

}  // namespace

Result<std::string> with_tables(std::string_view page) {
    const auto begin = page.find(begin_mark);
    const auto end = page.find(end_mark);
    if (begin == page.npos || end == page.npos || end < begin || page.rfind(begin_mark) != begin ||
        page.rfind(end_mark) != end) {
        return fail(
            Errc::invalid_argument, "the page does not have each of its two marks once, in order"
        );
    }
    std::string out(page.substr(0, begin + begin_mark.size()));
    out += "\n";
    add_overview(out);
    for (const auto* table : every_table()) add_columns(out, *table);
    add_privileges(out);
    out += "\n";
    return out.append(page.substr(end));
}

}  // namespace rookery::schema_page
