#include "odata/metadata/selection.hpp"

#include "odata/request/pieces.hpp"
#include "odata/request/selection.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::odata::metadata {
namespace {

class ShownReader {
 public:
    explicit ShownReader(const QueryOptions& aliases) : aliases_(aliases) {}

    Result<Shown> read(
        const EntityType& type, const std::optional<std::string>& select,
        const std::optional<std::string>& expand, std::string& context
    ) {
        Shown out;
        out.type = &type;
        std::string names;
        if (select) ROOKERY_CHECK(read_select(out, *select, names));
        if (expand) ROOKERY_CHECK(read_expand(out, *expand, names));
        if (!names.empty()) context = "(" + names + ")";
        return out;
    }

 private:
    static void add_name(std::string& names, std::string_view name, std::string_view more = {}) {
        if (!names.empty()) names += ',';
        names += name;
        names += more;
    }

    static Result<> read_select(Shown& out, std::string_view text, std::string& names) {
        ROOKERY_TRY(const auto pieces, pieces_of(text, ','));
        if (pieces.size() > selected_names_max) {
            return fail(Errc::malformed, "The $select names too many properties.");
        }
        if (pieces.size() == 1 && pieces.front() == "*") return {};
        out.everything = false;
        for (const auto name : pieces) {
            ROOKERY_CHECK(check_select_element(name));
            const auto place = out.type->find_property(name);
            if (!place) return fail(no_such_property(*out.type, name));
            if (std::ranges::find(out.properties, *place) != out.properties.end()) continue;
            out.properties.push_back(*place);
            add_name(names, name);
        }
        const auto id = *out.type->find_property(out.type->id_property());
        if (std::ranges::find(out.properties, id) == out.properties.end()) {
            out.properties.push_back(id);
        }
        return {};
    }

    Result<> read_expand(Shown& out, std::string_view text, std::string& names) {
        if (depth_ == expand_depth_max) {
            return fail(Errc::malformed, "The $expand is nested too deeply.");
        }
        ROOKERY_TRY(const auto pieces, pieces_of(text, ','));
        for (const auto piece : pieces) {
            if (++expanded_ > expanded_max) {
                return fail(Errc::malformed, "The $expand names too many properties.");
            }
            ROOKERY_CHECK(read_expanded(out, piece, names));
        }
        return {};
    }

    /// `Attributes($select=LogicalName;$filter=IsPrimaryId eq true)`
    Result<> read_expanded(Shown& out, std::string_view piece, std::string& names) {
        const auto open = piece.find('(');
        const auto name = without_blanks(piece.substr(0, open));
        ROOKERY_CHECK(check_expand_element(name));
        const auto place = out.type->find_navigation(name);
        if (!place) return fail(no_such_property(*out.type, name));
        const auto same = [&](const Expansion& one) { return one.navigation == *place; };
        if (std::ranges::any_of(out.expanded, same)) {
            return fail(Errc::malformed, "The $expand names a property twice.");
        }
        const auto& navigation = out.type->navigation(*place);
        QueryOptions options;
        if (open != std::string_view::npos) {
            if (!piece.ends_with(')')) {
                return fail(Errc::malformed, "Parentheses of a query option do not pair.");
            }
            ROOKERY_TRY(options, nested(piece.substr(open + 1, piece.size() - open - 2)));
        }
        if (options.filter && !navigation.collection) {
            return fail(Errc::malformed, "A $filter belongs to a collection.");
        }
        Expansion added;
        added.navigation = *place;
        std::string context;
        ++depth_;
        ROOKERY_TRY(added.shown, read(*navigation.type, options.select, options.expand, context));
        --depth_;
        if (options.filter) {
            ROOKERY_TRY(added.filter, read_filter(*navigation.type, *options.filter, aliases_));
        }
        out.expanded.push_back(std::move(added));
        add_name(names, name, context.empty() ? "()" : context);
        return {};
    }

    static Result<QueryOptions> nested(std::string_view text) {
        QueryOptions out;
        const std::pair<std::string_view, std::optional<std::string>*> known[] = {
            {"$select", &out.select},
            {"$filter", &out.filter},
            {"$expand", &out.expand},
        };
        ROOKERY_TRY(const auto pieces, pieces_of(text, ';'));
        for (const auto piece : pieces) {
            const auto name = piece.substr(0, piece.find('='));
            const auto* const found =
                std::ranges::find_if(known, [&](const auto& one) { return one.first == name; });
            if (found == std::end(known) || name.size() == piece.size() ||
                found->second->has_value()) {
                return fail(
                    Errc::malformed,
                    "Within $expand, $select, $filter and $expand are taken, each once."
                );
            }
            *found->second = piece.substr(name.size() + 1);
        }
        return out;
    }

    const QueryOptions& aliases_;
    std::size_t depth_ = 0;
    std::size_t expanded_ = 0;
};

}  // namespace

Result<Shown> read_shown(
    const EntityType& type, const QueryOptions& options, std::string& context
) {
    return ShownReader{options}.read(type, options.select, options.expand, context);
}

}  // namespace rookery::odata::metadata
