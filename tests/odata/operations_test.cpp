// The table of operations, walked: a new row is covered without a line here.
#include "odata/operation_table.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <tuple>

namespace operations_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

const std::vector<std::string> methods = {"GET", "POST", "PATCH", "PUT", "DELETE"};
constexpr Binding bindings[] = {Binding::unbound, Binding::collection, Binding::row};

std::vector<const Operation*> with(OperationStatus status) {
    std::vector<const Operation*> out;
    for (const auto* one : all_operations()) {
        if (one->status == status) out.push_back(one);
    }
    return out;
}

/// Its name as a path has it: with the namespace if it is bound.
std::string segment_name(const Operation& operation) {
    const bool bound = operation.binding != Binding::unbound;
    return (bound ? "Microsoft.Dynamics.CRM." : "") + std::string{operation.name};
}

/// `segment` where an operation of that binding stands.
std::string placed(const std::string& segment, Binding binding, std::string_view table = {}) {
    std::string out = "/api/data/v9.2/";
    if (binding == Binding::unbound) return out + segment;
    const auto* set = schema::table(table.empty() ? "msdyn_octwitterhandlesecret" : table);
    out += set->set_name;
    if (binding == Binding::row) out += "(" + id_text + ")";
    return out + "/" + segment;
}

std::string url_of(const Operation& operation) {
    return placed(segment_name(operation), operation.binding, operation.table);
}

/// An empty object is a body that every action reads.
Errc asked(std::string_view method, const std::string& url) {
    return refused(std::string{method}, url, method == "GET" ? "" : "{}");
}

}  // namespace

TEST_CASE("no two operations have one name, binding and table", "[odata]") {
    std::set<std::tuple<std::string_view, Binding, std::string_view>> seen;
    for (const auto* one : all_operations()) {
        INFO(one->name);
        CHECK(seen.emplace(one->name, one->binding, one->table).second);
        CHECK(schema::table_by_set(one->name) == nullptr);
    }
    CHECK(seen.size() > 40);
}

TEST_CASE("a row of the table says all that its kind needs, and no more", "[odata]") {
    for (const auto* one : all_operations()) {
        INFO(one->name);
        const bool built = one->status == OperationStatus::built;
        CHECK((one->read != nullptr) == built);
        if (!built) CHECK(one->write == nullptr);
        if (!one->words.empty()) CHECK(one->status == OperationStatus::not_built);
        if (built) CHECK(one->kind != OperationKind::resource);
        if (one->kind != OperationKind::function) CHECK(one->parameters.empty());
        if (one->binding == Binding::unbound) CHECK(one->table.empty());
        if (!one->table.empty()) CHECK(schema::table(one->table) != nullptr);
        std::set<std::string_view> names;
        for (const auto& parameter : one->parameters) {
            CHECK(names.insert(parameter.name).second);
            CHECK(names.insert(parameter.alias).second);
            CHECK(parameter.alias.starts_with('@'));
        }
    }
}

TEST_CASE("an operation is found by its name where it is bound", "[odata]") {
    for (const auto* one : with(OperationStatus::built)) {
        INFO(one->name);
        const auto method = std::string{method_of(*one)};
        const auto out = parsed(method, url_of(*one), method == "GET" ? "" : "{}");
        CHECK(out.context.operation == one);
        const auto code = rejection(out).code;
        const bool heard =
            code == Errc::count_ || code == Errc::bad_payload || code == Errc::malformed;
        CHECK(heard);
    }
}

TEST_CASE("an operation has one method, which a 405 names", "[odata]") {
    for (const auto* one : with(OperationStatus::built)) {
        for (const auto& method : methods) {
            if (method == method_of(*one)) continue;
            INFO(method << " " << one->name);
            const auto out = parsed(method, url_of(*one), method == "GET" ? "" : "{}");
            CHECK(rejection(out).code == Errc::method_not_allowed);
            CHECK(out.context.allow == method_of(*one));
        }
    }
}

TEST_CASE("an operation addressed with another binding is not there", "[odata]") {
    for (const auto* one : with(OperationStatus::built)) {
        for (const auto binding : bindings) {
            if (binding == one->binding) continue;
            const auto url = placed(segment_name(*one), binding, one->table);
            INFO(url);
            CHECK(asked(method_of(*one), url) == Errc::unknown_segment);
        }
    }
}

TEST_CASE("an operation of one table's rows is not there for another's", "[odata]") {
    std::size_t tried = 0;
    for (const auto* one : with(OperationStatus::built)) {
        if (one->table.empty()) continue;
        const auto* other = one->table == "role" ? "businessunit" : "role";
        INFO(one->name);
        CHECK(
            asked(method_of(*one), placed(segment_name(*one), one->binding, other)) ==
            Errc::unknown_segment
        );
        ++tried;
    }
    CHECK(tried > 0);
}

TEST_CASE("a bound operation without its namespace is told so wherever it stands", "[odata]") {
    std::size_t tried = 0;
    for (const auto* one : with(OperationStatus::built)) {
        if (one->binding == Binding::unbound) continue;
        for (const auto binding : bindings) {
            const auto url = placed(std::string{one->name}, binding, one->table);
            INFO(url);
            CHECK(asked(method_of(*one), url) == Errc::unresolved_parameters);
        }
        ++tried;
    }
    CHECK(tried > 0);
}

TEST_CASE("what is documented and not built answers 501 wherever it is named", "[odata]") {
    for (const auto* one : with(OperationStatus::not_built)) {
        for (const auto binding : bindings) {
            for (const auto& method : methods) {
                const auto url = placed(segment_name(*one), binding, one->table);
                INFO(method << " " << url);
                const auto error = rejection(parsed(method, url, method == "GET" ? "" : "{}"));
                CHECK(error.code == Errc::unsupported);
                const auto words = one->words.empty()
                                       ? "'" + segment_name(*one) + "' is not supported."
                                       : std::string{one->words};
                CHECK(error.message == words);
            }
        }
    }
    for (const auto* one : with(OperationStatus::unresolved)) {
        INFO(one->name);
        CHECK(asked(method_of(*one), url_of(*one)) == Errc::unresolved_parameters);
    }
}

TEST_CASE("DeleteMultiple is refused as Dataverse refuses it for a table of this kind", "[odata]") {
    const auto url = placed("Microsoft.Dynamics.CRM.DeleteMultiple", Binding::collection);
    const auto error = rejection(parsed("POST", url, R"j({"Targets":[]})j"));
    CHECK(error.code == Errc::unsupported);
    CHECK(error.message == "DeleteMultiple has not yet been implemented.");
    CHECK(
        asked("POST", placed("DeleteMultiple", Binding::collection)) == Errc::unresolved_parameters
    );
}

TEST_CASE(
    "an operation ends its path, with parentheses only where it takes parameters", "[odata]"
) {
    for (const auto* one : with(OperationStatus::built)) {
        INFO(one->name);
        const auto method = method_of(*one);
        CHECK(asked(method, url_of(*one) + "/x") == Errc::unknown_segment);
        const bool action = one->kind == OperationKind::action;
        CHECK((asked(method, url_of(*one) + "()") == Errc::unknown_segment) == action);
        const auto given = asked(method, url_of(*one) + "(Nothing=1)");
        CHECK(given == (one->parameters.empty() ? Errc::unknown_segment : Errc::malformed));
    }
}

TEST_CASE("a query option that means nothing to an operation is refused", "[odata]") {
    for (const auto* one : with(OperationStatus::built)) {
        INFO(one->name);
        const auto code = asked(method_of(*one), url_of(*one) + "?$top=1");
        // One with parameters lacks them here.
        const bool may_be_asked = one->ignores_options && one->parameters.empty();
        CHECK((code == Errc::malformed) != may_be_asked);
    }
}

}  // namespace operations_test
