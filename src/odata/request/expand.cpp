#include "odata/request/expand.hpp"

#include "base/percent_encode.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/hop.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/navigation.hpp"
#include "odata/request/pieces.hpp"
#include "odata/request/query_options.hpp"
#include "odata/request/resource_path.hpp"
#include "odata/request/selection.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace rookery::odata {
namespace {

using messages::Expansion;
using messages::Query;
using schema::Table;

constexpr std::string_view reference_suffix = "$ref";

/// The options of one navigation property, as they stand in its parentheses.
struct Clause {
    std::string_view name;
    bool reference = false;
    std::optional<std::string_view> select, filter, orderby, top, expand;

    [[nodiscard]] bool has_options() const { return select || filter || orderby || top || expand; }
};

Error only_select_and_filter() {
    return {
        Errc::malformed,
        "Only $select and $filter clause can be provided while doing $expand on many-to-one "
        "relationship or nested one-to-many relationship.",
        {},
        {}};
}

Error several_tables(std::string_view option) {
    return {
        Errc::unsupported,
        std::string{option} +
            " within the $expand of a lookup that leads to several tables is not supported.",
        {},
        {}};
}

Result<> read_clause_option(Clause& out, std::string_view piece) {
    const std::pair<std::string_view, std::optional<std::string_view>*> known[] = {
        {"$select", &out.select},
        {"$filter", &out.filter},
        {"$orderby", &out.orderby},
        {"$top", &out.top},
        {"$expand", &out.expand},
    };
    const auto equals = piece.find('=');
    const auto name = without_blanks(piece.substr(0, equals));
    if (name == "$skip") {
        return fail(Errc::skip_unsupported, "Skip Clause is not supported in CRM");
    }
    const auto* const found = std::ranges::find(known, name, [](const auto& o) { return o.first; });
    if (found == std::end(known) || equals == std::string_view::npos) {
        return fail(
            Errc::malformed,
            "Within $expand, $select, $filter, $orderby, $top and $expand are taken, and no other "
            "option."
        );
    }
    if (found->second->has_value()) {
        return fail(
            Errc::malformed,
            "Query option '" + std::string{name} + "' was specified more than once in $expand."
        );
    }
    *found->second = without_blanks(piece.substr(equals + 1));
    return {};
}

/// `msdyn_octwitterhandleid($select=msdyn_name;$expand=ownerid)`, `msdyn_octwitterhandleid/$ref`
Result<Clause> read_clause(std::string_view piece) {
    Clause out;
    const auto open = piece.find('(');
    const auto path = without_blanks(piece.substr(0, open));
    const auto slash = path.find('/');
    out.name = path.substr(0, slash);
    if (slash != std::string_view::npos) {
        out.reference = path.substr(slash + 1) == reference_suffix;
        if (!out.reference) return fail(Errc::unsupported, "Paths are not supported in $expand.");
    }
    ROOKERY_CHECK(check_expand_element(out.name));
    if (open == std::string_view::npos) return out;
    if (!piece.ends_with(')')) {
        return fail(Errc::malformed, "Parentheses of a query option do not pair.");
    }
    const auto inside = piece.substr(open + 1, piece.size() - open - 2);
    ROOKERY_TRY(const auto options, pieces_of(inside, ';'));
    for (const auto option : options) ROOKERY_CHECK(read_clause_option(out, option));
    return out;
}

std::vector<const Table*> tables_of(const Navigation& nav) {
    if (nav.only != nullptr) return {nav.only};
    std::vector<const Table*> out;
    for (const auto target : nav.column->targets) {
        if (const auto* table = schema::table(target)) out.push_back(table);
    }
    return out;
}

/// The part of a $select that names properties of `table`. For a lookup of several tables, each of which has some.
std::string part_for(const Table& table, const std::vector<std::string_view>& names) {
    std::string out;
    for (const auto name : names) {
        if (name != "*" && !is_selectable(table, name)) continue;
        if (!out.empty()) out += ',';
        out += name;
    }
    return out.empty() ? std::string{table.primary_id} : out;
}

class ExpandReader {
 public:
    explicit ExpandReader(const messages::Selection& shown) : shown_(shown) {}

    Result<Expanded> read(
        const Table& table, std::string_view text, const std::string& path, std::size_t level
    ) {
        if (level > expand_levels_max) {
            return fail(Errc::malformed, "The $expand is nested too deeply.");
        }
        ROOKERY_TRY(const auto pieces, pieces_of(text, ','));
        Expanded out;
        for (const auto piece : pieces) {
            if (++clauses_ > expand_clauses_max) {
                return fail(Errc::malformed, "The $expand names too many properties.");
            }
            ROOKERY_TRY(const auto clause, read_clause(piece));
            const auto same = [&](const ExpandedName& one) { return one.name == clause.name; };
            if (std::ranges::any_of(out.names, same)) {
                return fail(Errc::malformed, "The $expand names a property twice.");
            }
            ROOKERY_CHECK(read_one(out, table, clause, path, level));
        }
        return out;
    }

    /// What can be said once all of it is read.
    [[nodiscard]] Result<> check_order() const {
        if (nested_ && ordered_) return fail(only_select_and_filter());
        return {};
    }

 private:
    Result<> read_one(
        Expanded& out, const Table& table, const Clause& clause, const std::string& path,
        std::size_t level
    ) {
        auto& names = out.names.emplace_back();
        names.name = clause.name;
        auto& expansion = out.expansions.emplace_back();
        expansion.path = path.empty() ? names.name : path + "/" + names.name;
        if (!out.context.empty()) out.context += ',';
        out.context += clause.name;
        if (level > 1 || clause.expand) nested_ = true;
        if (const auto nav = find_navigation(table, clause.name); nav.column != nullptr) {
            return lookup(out, nav, clause, level);
        }
        if (const auto found = find_collection(table, clause.name); found.members != nullptr) {
            return collection(out, table, found, clause, level);
        }
        if (is_collection_navigation(table, clause.name)) return fail(not_supported(clause.name));
        if (table.property(clause.name) != nullptr) {
            return fail(
                Errc::malformed,
                "Property '" + std::string{clause.name} + "' on type 'Microsoft.Dynamics.CRM." +
                    std::string{table.name} +
                    "' is not a navigation property. Only navigation properties can be expanded."
            );
        }
        return fail(no_such_property(table, clause.name));
    }

    Result<> lookup(Expanded& out, const Navigation& nav, const Clause& clause, std::size_t level) {
        auto& expansion = out.expansions.back();
        expansion.lookup = nav.column;
        if (clause.orderby || clause.top) return fail(only_select_and_filter());
        const auto tables = tables_of(nav);
        if (clause.reference) return reference(out, tables, clause);
        for (const auto* table : tables) {
            if (table->outside) continue;
            expansion.to.emplace_back().table = table;
        }
        if (expansion.to.empty()) return fail(not_supported(clause.name));
        if (tables.size() == 1) return shown_of(out, expansion.to.front(), clause, level);
        out.names.back().many_tables = true;
        return shown_of_several(out, clause);
    }

    static Result<> reference(
        Expanded& out, const std::vector<const Table*>& tables, const Clause& clause
    ) {
        if (clause.has_options()) {
            return fail(Errc::malformed, "A reference in $expand takes no options.");
        }
        auto& expansion = out.expansions.back();
        expansion.reference = true;
        for (const auto* table : tables) expansion.to.emplace_back().table = table;
        out.context += "/$ref";
        return {};
    }

    Result<> collection(
        Expanded& out, const Table& table, const Collection& found, const Clause& clause,
        std::size_t level
    ) {
        if (clause.reference) {
            return fail(
                Errc::malformed,
                "Expand with $ref is only supported on lookup type navigation property."
            );
        }
        if (found.association != nullptr && (level > 1 || clause.expand)) {
            return fail(
                Errc::malformed,
                "A many-to-many relationship is expanded flat: not within $expand, and without one "
                "of its own."
            );
        }
        auto& query = out.expansions.back().to.emplace_back();
        query.table = found.members;
        query.within = messages::Within{{&table, Uuid{}}, found.relationship, found.association};
        if (clause.orderby || clause.top) ordered_ = true;
        if (clause.orderby) {
            ROOKERY_TRY(query.order, parse_orderby(*query.table, *clause.orderby));
        }
        if (clause.top) {
            ROOKERY_TRY(query.top, parse_top(*clause.top));
        }
        ROOKERY_CHECK(shown_of(out, query, clause, level));
        show_parent(query, found);
        out.names.back().options = options_of(clause);
        return {};
    }

    /// dataverse: children show the lookup to their parent.
    static void show_parent(Query& query, const Collection& found) {
        auto& columns = query.selection.columns;
        if (found.relationship == nullptr || columns.empty()) return;
        const auto* back = query.table->column(found.relationship->referencing_column);
        if (back == nullptr || !back->may(schema::can::odata)) return;
        if (std::ranges::find(columns, back) == columns.end()) columns.push_back(back);
    }

    /// $select, $filter and $expand.
    Result<> shown_of(Expanded& out, Query& query, const Clause& clause, std::size_t level) {
        const auto& table = *query.table;
        query.selection = shown_;
        query.selection.columns.clear();
        out.context += '(';
        if (clause.select) {
            ROOKERY_TRY(auto select, parse_select(table, *clause.select));
            query.selection.columns = std::move(select.columns);
            out.context += select.names;
        }
        if (clause.filter) {
            ROOKERY_TRY(query.filter, read_filter(table, *clause.filter));
        }
        ROOKERY_CHECK(check_joins(query));
        if (clause.expand) {
            const auto path = out.expansions.back().path;
            ROOKERY_TRY(auto below, read(table, *clause.expand, path, level + 1));
            query.expanded = std::move(below.expansions);
            out.names.back().expanded = std::move(below.names);
            if (!out.context.ends_with('(')) out.context += ',';
            out.context += below.context;
        }
        out.context += ')';
        return {};
    }

    /// $select alone: each table has the properties that it knows, and each property is of one of them.
    Result<> shown_of_several(Expanded& out, const Clause& clause) {
        if (clause.filter) {
            return fail(several_tables("$filter"));
        }
        if (clause.expand) {
            return fail(several_tables("$expand"));
        }
        auto& to = out.expansions.back().to;
        std::vector<std::string_view> names;
        if (clause.select) {
            ROOKERY_TRY(names, pieces_of(*clause.select, ','));
        }
        for (const auto name : names) {
            ROOKERY_CHECK(check_select_element(name));
            const auto knows = [&](const Query& q) { return is_selectable(*q.table, name); };
            if (name != "*" && std::ranges::none_of(to, knows)) {
                return fail(no_such_property(*to.front().table, name));
            }
        }
        for (auto& query : to) {
            query.selection = shown_;
            query.selection.columns.clear();
            if (names.empty()) continue;
            ROOKERY_TRY(auto select, parse_select(*query.table, part_for(*query.table, names)));
            query.selection.columns = std::move(select.columns);
        }
        out.context += '(';
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (i != 0) out.context += ',';
            out.context += names[i];
        }
        out.context += ')';
        return {};
    }

    /// dataverse: no parameter aliases here. One without a value would be null.
    static Result<messages::Filter> read_filter(const Table& table, std::string_view text) {
        ROOKERY_TRY(const auto tokens, tokenize(text));
        const auto alias = [](const Token& token) { return token.kind == TokenKind::alias; };
        if (std::ranges::any_of(tokens, alias)) {
            return fail(Errc::malformed, "Parameter aliases cannot be used in $expand.");
        }
        return parse_filter(table, text, QueryOptions{});
    }

    /// Of the URL that has the same rows, as it continues after '?'.
    std::string options_of(const Clause& clause) const {
        const std::pair<std::string_view, const std::optional<std::string_view>*> given[] = {
            {"$select=", &clause.select},
            {"$filter=", &clause.filter},
            {"$orderby=", &clause.orderby},
            {"$top=", &clause.top},
            {"$expand=", &clause.expand},
        };
        std::string out;
        for (const auto& [name, text] : given) {
            if (!*text) continue;
            if (!out.empty()) out += '&';
            out += name;
            out += percent_encode(**text);
        }
        if (shown_.unmasked) out += out.empty() ? "UnMaskedData=true" : "&UnMaskedData=true";
        return out;
    }

    const messages::Selection& shown_;
    std::size_t clauses_ = 0;
    bool nested_ = false;   // an $expand in another
    bool ordered_ = false;  // $orderby or $top of a collection
};

}  // namespace

Result<Expanded> parse_expand(
    const schema::Table& table, std::string_view text, const messages::Selection& shown
) {
    if (text.size() > expand_bytes_max) return fail(Errc::malformed, "The $expand is too long.");
    ExpandReader reader{shown};
    ROOKERY_TRY(auto out, reader.read(table, text, {}, 1));
    ROOKERY_CHECK(reader.check_order());
    return out;
}

}  // namespace rookery::odata
