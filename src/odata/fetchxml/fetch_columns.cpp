#include "odata/fetchxml/fetch_columns.hpp"

#include "odata/fetchxml/attribute_rules.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/selection.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace rookery::odata::fetchxml {
namespace {

using schema::Table;

using enum AttributeUse;

constexpr AttributeRule attribute_attributes[] = {
    {"name"},
    {"alias"},
    // A designer of queries leaves "false" in these; what they ask for takes <fetch aggregate="true">.
    {"aggregate", aggregates_alone},
    {"rowaggregate", not_built},
    {"distinct", aggregates_alone},
    {"groupby", aggregates_alone},
    {"dategrouping", aggregates_alone},
    {"usertimezone", ignored},
    {"build", ignored},
    {"addedby", ignored},
};

Error name_used_twice(std::string_view name) {
    return {
        Errc::duplicate_alias,
        "The alias '" + std::string{name} + "' is used more than once in the FetchXML.",
        {},
        {}};
}

Result<> check_names(const std::vector<Asked>& asked) {
    for (const auto& one : asked) {
        if (std::ranges::count(asked, one.name, &Asked::name) != 1) {
            return fail(name_used_twice(one.name));
        }
    }
    return {};
}

/// Under which names the answer has the columns of the entity.
std::vector<std::string> names_shown(
    const Table& table, const messages::Selection& selection, const RenderContext& context
) {
    std::vector<std::string> out;
    const auto add = [&](const schema::Column& column) {
        const auto renamed = std::ranges::find_if(context.renamed, [&](const auto& one) {
            return one.first == &column;
        });
        out.push_back(
            renamed == context.renamed.end() ? std::string{column.wire_name()} : renamed->second
        );
    };
    for (const auto* column : selection.columns) add(*column);
    if (!selection.columns.empty()) return out;
    for (const auto& column : table.columns) add(column);
    return out;
}

Result<> check_each(
    const std::vector<std::string>& own, const std::vector<ExpandedName>& links,
    std::vector<std::string_view>& met
) {
    for (const auto& link : links) {
        for (const auto& [column, name] : link.renamed) {
            const bool twice = std::ranges::find(met, name) != met.end() ||
                               std::ranges::find(own, name) != own.end();
            if (twice) return fail(name_used_twice(name));
            met.push_back(name);
        }
        ROOKERY_CHECK(check_each(own, link.expanded, met));
    }
    return {};
}

}  // namespace

Result<std::vector<Asked>> read_attributes(const Table& table, const Element& entity) {
    std::vector<Asked> out;
    for (const auto& child : entity.children) {
        if (child.name == "all-attributes") return std::vector<Asked>{};
        if (child.name != "attribute") continue;
        ROOKERY_CHECK(check_attributes(child, attribute_attributes));
        ROOKERY_TRY(const auto name, required(child, "name"));
        const auto wire = wire_name(table, name);
        const auto* column = table.property(wire);
        if (column == nullptr || !is_selectable(table, wire)) {
            return fail(no_such_property(table, name));
        }
        const auto* alias = child.attribute("alias");
        const bool renamed = alias != nullptr && *alias != wire;
        if (renamed && !is_name(*alias)) return attribute_error(child, "alias", "is not a name");
        const auto same = std::ranges::find(out, column, &Asked::column);
        if (same == out.end()) {
            out.push_back({column, std::string{renamed ? std::string_view{*alias} : wire}, renamed}
            );
        } else if (renamed || same->renamed) {
            return attribute_error(child, "name", "names a column twice, under two names");
        }
    }
    return out;
}

void name_in_context(RequestReader& request, const std::vector<Asked>& asked) {
    auto& names = request.context().select;
    for (const auto& one : asked) {
        if (!names.empty()) names += ',';
        names += one.name;
    }
}

Result<> show_columns(
    RequestReader& request, const Table& table, std::vector<Asked> asked, messages::Query& out
) {
    name_in_context(request, asked);
    const auto* key = table.column(table.primary_id);
    if (!asked.empty() && key != nullptr &&
        std::ranges::find(asked, key, &Asked::column) == asked.end()) {
        asked.push_back({key, std::string{key->wire_name()}, false});
    }
    ROOKERY_CHECK(check_names(asked));
    auto& context = request.context();
    std::vector<const schema::Column*> columns;
    for (auto& one : asked) {
        columns.push_back(one.column);
        if (one.renamed) context.renamed.emplace_back(one.column, std::move(one.name));
    }
    out.selection = request.shown(std::move(columns));
    return {};
}

Result<> check_link_names(
    const Table& table, const messages::Selection& selection, const RenderContext& context
) {
    std::vector<std::string_view> met;
    return check_each(names_shown(table, selection, context), context.expanded, met);
}

}  // namespace rookery::odata::fetchxml
