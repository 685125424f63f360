#include "odata/fetchxml/link_columns.hpp"

#include "odata/fetchxml/attribute_rules.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/selection.hpp"

#include <algorithm>
#include <utility>

namespace rookery::odata::fetchxml {
namespace {

using messages::Expansion;
using messages::Query;

using enum AttributeUse;

constexpr AttributeRule link_column_attributes[] = {
    {"name"},
    {"alias"},
    {"build", ignored},
    {"addedby", ignored},
};

bool has_child(const Element& element, std::string_view name) {
    return std::ranges::find(element.children, name, &Element::name) != element.children.end();
}

class LinkShower {
 public:
    LinkShower(const messages::Selection& shown, Query& query) : shown_(shown), query_(query) {}

    Result<void> add(
        const Link& link, const std::string& path, std::vector<Expansion>& expanded,
        std::vector<ExpandedName>& names
    ) {
        if (!is_seen(link)) return {};
        auto& name = names.emplace_back();
        name.name = link.alias;
        name.hidden = !shows_columns(link);
        auto& expansion = expanded.emplace_back();
        expansion.path = path + std::string(link.hop.name);
        expansion.lookup = link.hop.lookup;
        auto& query = expansion.to.emplace_back();
        query.table = link.hop.to;
        if (link.hop.lookup == nullptr) {
            ROOKERY_TRY(query.within, within(link));
            query_.pairs = true;
        }
        if (link.kind == LinkKind::first) query.top = 1;
        query.filter = link.condition();
        query.selection = shown_;
        query.selection.columns = {query.table->column(query.table->primary_id)};
        if (!name.hidden) {
            ROOKERY_TRY(auto asked, columns_of(link));
            query.selection.columns = std::move(asked.columns);
            name.renamed = std::move(asked.renamed);
        }
        const auto further = expansion.path + "/";
        for (const auto& inner : link.links) {
            ROOKERY_CHECK(add(*inner, further, query.expanded, name.expanded));
        }
        return {};
    }

 private:
    static Result<messages::Within> within(const Link& link) {
        messages::Within out;
        out.parent = {link.of, Uuid{}};
        out.association = link.hop.association;
        if (out.association != nullptr) return out;
        const auto all = schema::relationships();
        const auto found = std::ranges::find_if(all, [&](const schema::Relationship& one) {
            return one.referencing == link.hop.to->name && one.referenced == link.of->name &&
                   one.referencing_column == link.hop.back->name;
        });
        if (found == all.end()) {
            return fail(
                Errc::unsupported,
                "The FetchXML joins rows by the column '" + std::string{link.hop.back->name} +
                    "', which leads to several tables."
            );
        }
        out.relationship = &*found;
        return out;
    }

    const messages::Selection& shown_;
    Query& query_;
};

}  // namespace

Result<LinkColumns> columns_of(const Link& link) {
    const auto& table = *link.hop.to;
    LinkColumns out;
    for (const auto& child : link.element->children) {
        if (child.name == "all-attributes") return LinkColumns{};
        if (child.name != "attribute") continue;
        ROOKERY_CHECK(check_attributes(child, link_column_attributes));
        ROOKERY_TRY(const auto name, required(child, "name"));
        if (!is_name(name)) return fail(no_such_property(table, name));
        ROOKERY_TRY(const auto select, parse_select(table, wire_name(table, name)));
        // The key, which was not asked for, stands behind it.
        const auto* column = select.columns.front();
        const auto* alias = child.attribute("alias");
        if (std::ranges::find(out.columns, column) != out.columns.end()) {
            const auto before = std::ranges::find_if(out.renamed, [&](const auto& one) {
                return one.first == column;
            });
            const bool same = before == out.renamed.end()
                                  ? alias == nullptr
                                  : alias != nullptr && *alias == before->second;
            if (same) continue;
            return attribute_error(child, "name", "names a column twice, under two names");
        }
        out.columns.push_back(column);
        if (alias == nullptr) continue;
        if (!is_name(*alias)) return attribute_error(child, "alias", "is not a name");
        out.renamed.emplace_back(column, *alias);
    }
    return out;
}

bool shows_columns(const Link& link) {
    return has_child(*link.element, "attribute") || has_child(*link.element, "all-attributes");
}

bool is_seen(const Link& link) {
    if (!link.is_join()) return false;
    if (link.hop.lookup == nullptr || shows_columns(link)) return true;
    return std::ranges::any_of(link.links, [](const auto& one) { return is_seen(*one); });
}

bool are_seen(const Links& links) {
    return std::ranges::any_of(links.all(), [](const auto& one) { return is_seen(*one); });
}

bool have_columns(const Links& links) {
    return std::ranges::any_of(links.in_order(), [](const Link* one) {
        return one->is_join() && shows_columns(*one);
    });
}

Result<void> show_links(
    const Links& links, const messages::Selection& shown, Query& out,
    std::vector<ExpandedName>& names
) {
    LinkShower shower(shown, out);
    for (const auto& link : links.all()) {
        ROOKERY_CHECK(shower.add(*link, {}, out.expanded, names));
    }
    return {};
}

}  // namespace rookery::odata::fetchxml
