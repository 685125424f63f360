#include "odata/request/retrieve.hpp"

#include "odata/request/selection.hpp"

#include <utility>

namespace rookery::odata {
namespace {

messages::Retrieve retrieve(const RequestReader& request, messages::Target target) {
    messages::Retrieve out;
    out.target = std::move(target);
    out.preconditions = request.headers().preconditions;
    return out;
}

}  // namespace

Result<messages::Message> read_retrieve(RequestReader& request, messages::Target target) {
    ROOKERY_CHECK(request.options_only({"$select", "$expand"}));
    const auto& table = *target.table;
    ROOKERY_TRY(auto columns, request.selected(table));
    auto out = retrieve(request, std::move(target));
    out.selection = request.shown(std::move(columns));
    ROOKERY_TRY(out.expanded, request.expanded(table, out.selection));
    // No 304 when annotations or other rows are asked for.
    if (!request.headers().annotations_text.empty() || !out.expanded.empty()) {
        out.preconditions.not_versions.clear();
    }
    return messages::Message{std::move(out)};
}

Result<messages::Message> read_follow(
    RequestReader& request, messages::Target target, const Navigation& nav
) {
    ROOKERY_CHECK(request.options_only({"$select", "$expand"}));
    const auto& lookup = *nav.column;
    const auto* table =
        lookup.targets.size() == 1 ? schema::table(lookup.targets.front()) : nav.only;
    request.context().table = table;
    request.context().key_form.clear();
    std::vector<const schema::Column*> columns;
    if (table == nullptr) {
        if (request.options().select) {
            return fail(
                Errc::unsupported,
                "$select through a lookup that leads to several tables is not supported."
            );
        }
        if (request.options().expand) {
            return fail(
                Errc::unsupported,
                "$expand through a lookup that leads to several tables is not supported."
            );
        }
    } else {
        if (table->outside) return fail(not_supported(lookup.nav));
        ROOKERY_TRY(columns, request.selected(*table));
    }
    auto out = retrieve(request, std::move(target));
    out.selection = request.shown(std::move(columns));
    if (table != nullptr) {
        ROOKERY_TRY(out.expanded, request.expanded(*table, out.selection));
    }
    out.follow = &lookup;
    out.follow_to = nav.only;
    // No 304 for another row.
    out.preconditions.not_versions.clear();
    return messages::Message{std::move(out)};
}

messages::Message read_one_property(
    RequestReader& request, messages::Target target, const schema::Column& column
) {
    auto out = retrieve(request, std::move(target));
    out.selection = request.shown({&column});
    out.preconditions.not_versions.clear();
    out.property = &column;
    return messages::Message{std::move(out)};
}

}  // namespace rookery::odata
