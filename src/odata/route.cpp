#include "odata/route.hpp"

#include "odata/fetchxml/fetch_query.hpp"
#include "odata/metadata/question.hpp"
#include "odata/operation_table.hpp"
#include "odata/request/entity_key.hpp"
#include "odata/request/list.hpp"
#include "odata/request/navigation.hpp"
#include "odata/request/reference.hpp"
#include "odata/request/retrieve.hpp"
#include "odata/request/write.hpp"

#include <cstddef>
#include <optional>
#include <utility>

namespace rookery::odata {
namespace {

using messages::Message;
using schema::Column;
using schema::Table;

tl::unexpected<Error> path_too_far() {
    return fail(
        Errc::unsupported,
        "A path that goes on behind a navigation property is not supported, but for $ref and "
        "$count."
    );
}

/// What names a row looks at its version; elsewhere a condition would be ignored, and is refused.
Result<> set_conditions(Message& message, messages::Preconditions conditions) {
    if (!conditions.must_exist) return {};
    return std::visit(
        [&](auto& one) -> Result<> {
            if constexpr (requires { one.preconditions; }) {
                one.preconditions = std::move(conditions);
                return {};
            } else {
                return fail(
                    Errc::unsupported,
                    "The header 'If-Match' is not supported here: the operation looks at no "
                    "version of a row.",
                    "leave it out"
                );
            }
        },
        message
    );
}

/// The operation that the last segment of the path names, unbound or bound to `table` or `row`.
Result<Message> operation(
    RequestReader& request, std::size_t position, Binding binding, const Table* table = nullptr,
    messages::Target row = {}
) {
    const auto segments = request.segments();
    const auto& segment = segments[position];
    const bool last = segments.size() == position + 1;
    const auto* found = last ? find_operation(segment, binding, table) : nullptr;
    if (found == nullptr) return fail(unknown_segment(segment));
    ROOKERY_CHECK(request.allow({method_of(*found)}));
    if (!found->ignores_options) ROOKERY_CHECK(request.options_only({}));
    request.context().operation = found;
    request.context().names_entity = false;
    Call call{request, *found, segment.arguments(), table, std::move(row)};
    ROOKERY_TRY(auto conditions, read_operation_conditions(request.request()));
    ROOKERY_TRY(auto message, found->read(call));
    ROOKERY_CHECK(set_conditions(message, std::move(conditions)));
    return message;
}

Result<Message> collection(RequestReader& request, const Table& table) {
    const auto segments = request.segments();
    if (segments.size() == 1) {
        ROOKERY_CHECK(request.allow({"GET", "POST"}));
        if (request.method() == "POST") return read_create(request, table);
        ROOKERY_TRY(const auto fetch, request.fetch_of(table));
        if (fetch) return fetchxml::read_fetch(request, table, *fetch);
        return read_list(request, table, std::nullopt, Counting::with_rows);
    }
    const auto& second = segments[1];
    if (segments.size() == 2 && !second.arguments()) {
        if (second.name() == "$count") {
            return read_list(request, table, std::nullopt, Counting::only);
        }
        if (second.name() == "$ref") return fail(not_supported("$ref"));
    }
    return operation(request, 1, Binding::collection, &table);
}

/// `SET(KEY)/property` and `SET(KEY)/property/$value`
Result<Message> property(RequestReader& request, messages::Target target, const Column& column) {
    const auto segments = request.segments();
    if (segments.size() > 2) {
        const auto& third = segments[2];
        if (segments.size() > 3 || third.name() != "$value" || third.arguments()) {
            return fail(no_such_segment(segments.back().name()));
        }
        ROOKERY_CHECK(request.allow({"GET"}));
        ROOKERY_CHECK(request.options_only({}));
        request.context().raw_value = true;
        return read_one_property(request, std::move(target), column);
    }
    if (column.is_lookup()) {
        ROOKERY_CHECK(request.allow({"GET"}));
    } else {
        ROOKERY_CHECK(request.allow({"GET", "PUT", "DELETE"}));
    }
    ROOKERY_CHECK(request.options_only({}));
    if (request.method() == "GET") return read_one_property(request, std::move(target), column);
    return read_property_change(request, std::move(target), column);
}

/// `SET(KEY)/lookup` and `SET(KEY)/lookup/$ref`
Result<Message> lookup(RequestReader& request, messages::Target target, const Navigation& nav) {
    const auto segments = request.segments();
    if (segments.size() == 2) {
        ROOKERY_CHECK(request.allow({"GET"}));
        return read_follow(request, std::move(target), nav);
    }
    const auto& third = segments[2];
    if (segments.size() > 3 || third.name() != "$ref" || third.arguments()) {
        return path_too_far();
    }
    if (request.method() == "GET") return read_reference_of_lookup(request, std::move(target), nav);
    return read_lookup_reference(request, std::move(target), nav);
}

/// `SET(KEY)/collection`, `…/$count`, `…/$ref`, `SET(KEY)/collection(KEY)/$ref`
Result<Message> members(RequestReader& request, messages::Target parent, const Collection& found) {
    const auto segments = request.segments();
    const auto& segment = segments[1];
    const auto count = segments.size();
    const auto last = count == 3 ? segments[2].name() : std::string_view{};
    if (count > 3 || (count == 3 && segments[2].arguments())) {
        return path_too_far();
    }
    if (last == "$ref" && request.method() == "GET" && !segment.arguments()) {
        return read_references_of_members(request, std::move(parent), found);
    }
    if (last == "$ref") {
        return read_member_reference(request, std::move(parent), found, segment);
    }
    if (segment.arguments()) {
        return fail(
            Errc::unsupported,
            "A row of a collection by its key is not supported: ask for it in its own entity set."
        );
    }
    if (count == 3 && last != "$count") {
        return path_too_far();
    }
    if (count == 2) ROOKERY_CHECK(request.allow({"GET"}));
    request.context().key_form.clear();
    messages::Within within{std::move(parent), found.relationship, found.association};
    if (count == 2 && !request.options().fetch_xml) {
        ROOKERY_TRY(const auto fetch, request.fetch_of(*found.members));
        if (fetch) {
            return fetchxml::read_fetch(request, *found.members, *fetch, std::move(within));
        }
    }
    return read_list(
        request,
        *found.members,
        std::move(within),
        count == 3 ? Counting::only : Counting::with_rows
    );
}

Result<Message> row(RequestReader& request, messages::Target target) {
    const auto& table = *target.table;
    const auto segments = request.segments();
    if (segments.size() == 1) {
        ROOKERY_CHECK(request.allow({"GET", "PATCH", "DELETE"}));
        if (request.method() == "GET") return read_retrieve(request, std::move(target));
        if (request.method() == "PATCH") return read_upsert(request, std::move(target));
        return read_delete(request, std::move(target));
    }
    const auto& second = segments[1];
    if (second.name() == "$ref" && segments.size() == 2) return fail(not_supported("$ref"));
    const auto* column = table.property(second.name());
    if (column != nullptr && column->type != schema::Type::digest && !second.arguments()) {
        return property(request, std::move(target), *column);
    }
    if (const auto nav = find_navigation(table, second.name()); nav.column != nullptr) {
        if (second.arguments()) return fail(no_such_segment(second.name()));
        return lookup(request, std::move(target), nav);
    }
    const auto found = find_collection(table, second.name());
    if (found.members != nullptr) return members(request, std::move(target), found);
    if (is_collection_navigation(table, second.name())) return fail(not_supported(second.name()));
    return operation(request, 1, Binding::row, &table, std::move(target));
}

}  // namespace

Result<Message> route(RequestReader& request) {
    auto& context = request.context();
    if (request.segments().empty()) {
        ROOKERY_CHECK(request.allow({"GET"}));
        ROOKERY_CHECK(request.options_only({}));
        return Message{messages::ServiceDocument{}};
    }
    const auto& first = request.segments().front();
    if (metadata::is_metadata(first.name())) return metadata::read_question(request);
    if (context.table == nullptr) return operation(request, 0, Binding::unbound);
    if (!first.arguments()) return collection(request, *context.table);
    const auto& options = request.options();
    ROOKERY_TRY(auto target, read_target(*context.table, *first.arguments(), &options));
    if (std::holds_alternative<messages::KeyValues>(target.by)) {
        context.key_form = key_form(first, options);
    }
    return row(request, std::move(target));
}

}  // namespace rookery::odata
