#include "odata/request/reference.hpp"

#include "odata/request/entity_key.hpp"
#include "odata/request/list.hpp"
#include "odata/request/retrieve.hpp"
#include "odata/request/row_body.hpp"
#include "odata/request/write.hpp"
#include "pipeline/column_value.hpp"

#include <utility>

namespace rookery::odata {
namespace {

tl::unexpected<Error> wrong_reference() {
    return fail(Errc::bad_payload, "A reference names a row of another table than the property's.");
}

/// May the members of a collection be changed through it?
Result<> check_changeable(RequestReader& request, const Collection& collection) {
    // What a role holds is changed with its depth, through the actions of the role.
    if (collection.association != nullptr &&
        collection.association->name == "roleprivileges_association") {
        request.context().allow = "GET";
        return fail(
            Errc::method_not_allowed,
            "Privileges of a role are changed with AddPrivilegesRole, ReplacePrivilegesRole and "
            "RemovePrivilegeRole."
        );
    }
    if (collection.relationship == nullptr) return {};
    const auto& members = *collection.members;
    ROOKERY_CHECK(request.check_writable(members, "Update"));
    const auto* column = members.column(collection.relationship->referencing_column);
    if (column == nullptr) return {};
    ROOKERY_CHECK(check_single_write(*column));
    const bool clears = request.method() == "DELETE";
    if (clears) ROOKERY_CHECK(messages::column_value(members, *column, {}));
    return {};
}

Result<messages::Target> added_member(RequestReader& request, const schema::Table& members) {
    ROOKERY_CHECK(request.options_only({}));
    ROOKERY_TRY(const auto body, request.json_body());
    ROOKERY_TRY(auto child, read_reference_body(body, request.origin()));
    if (child.table != &members) return wrong_reference();
    return child;
}

Result<messages::Target> removed_member(
    RequestReader& request, const schema::Table& members, const Segment& segment
) {
    if (segment.arguments()) {
        ROOKERY_CHECK(request.options_only({}));
        return read_target(members, *segment.arguments(), &request.options());
    }
    ROOKERY_CHECK(request.options_only({"$id"}));
    if (!request.options().id) {
        return fail(
            Errc::malformed, "The row to remove must be named: NAV(ID)/$ref or $ref?$id=URL."
        );
    }
    ROOKERY_TRY(auto child, read_reference(*request.options().id, request.origin()));
    if (child.table != &members) return wrong_reference();
    return child;
}

/// Associate and Disassociate say the same of the same.
// NOLINTBEGIN(performance-unnecessary-value-param): both are moved, into what depends on M
template <class M>
messages::Message between(
    const Collection& collection, messages::Target parent, messages::Target child
) {
    M out;
    out.association = collection.association;
    out.relationship = collection.relationship;
    out.parent = std::move(parent);
    out.child = std::move(child);
    return messages::Message{std::move(out)};
}

// NOLINTEND(performance-unnecessary-value-param)

}  // namespace

Result<messages::Message> read_reference_of_lookup(
    RequestReader& request, messages::Target target, const Navigation& nav
) {
    ROOKERY_CHECK(request.options_only({}));
    request.context().references = true;
    request.context().references_to = nav.only;
    return read_one_property(request, std::move(target), *nav.column);
}

Result<messages::Message> read_references_of_members(
    RequestReader& request, messages::Target parent, const Collection& collection
) {
    // Of a member nothing is shown but its id.
    ROOKERY_CHECK(request.options_only({"$filter", "$orderby", "$top", "$count", "$skiptoken"}));
    request.context().references = true;
    request.context().key_form.clear();
    const auto& members = *collection.members;
    ROOKERY_TRY(
        auto message,
        read_list(
            request,
            members,
            messages::Within{std::move(parent), collection.relationship, collection.association},
            Counting::with_rows
        )
    );
    message_as<messages::RetrieveMultiple>(message).selection.columns = {
        members.column(members.primary_id)};
    return message;
}

Result<messages::Message> read_lookup_reference(
    RequestReader& request, messages::Target target, const Navigation& nav
) {
    ROOKERY_CHECK(request.allow({"GET", "PUT", "DELETE"}));
    ROOKERY_CHECK(request.options_only({}));
    ROOKERY_CHECK(request.check_writable(*target.table, "Update"));
    auto out = change_existing(request, std::move(target));
    if (request.method() == "DELETE") return clear(std::move(out), *nav.column);
    ROOKERY_CHECK(check_single_write(*nav.column));
    ROOKERY_TRY(const auto body, request.json_body());
    ROOKERY_TRY(auto to, read_reference_body(body, request.origin()));
    if (!nav.allows(*to.table)) return wrong_reference();
    auto& cell = out.input.cells.emplace_back();
    cell.column = nav.column;
    cell.value = std::move(to);
    return messages::Message{std::move(out)};
}

Result<messages::Message> read_member_reference(
    RequestReader& request, messages::Target parent, const Collection& collection,
    const Segment& segment
) {
    if (segment.arguments()) {
        ROOKERY_CHECK(request.allow({"DELETE"}));
    } else {
        ROOKERY_CHECK(request.allow({"GET", "POST", "DELETE"}));
    }
    ROOKERY_CHECK(check_changeable(request, collection));
    request.context().names_entity = false;
    if (request.method() == "POST") {
        ROOKERY_TRY(auto child, added_member(request, *collection.members));
        return between<messages::Associate>(collection, std::move(parent), std::move(child));
    }
    ROOKERY_TRY(auto child, removed_member(request, *collection.members, segment));
    return between<messages::Disassociate>(collection, std::move(parent), std::move(child));
}

}  // namespace rookery::odata
