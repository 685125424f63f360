#include "odata/operation_table.hpp"

#include <algorithm>
#include <string>

namespace rookery::odata {
namespace {

constexpr std::string_view bound_prefix = "Microsoft.Dynamics.CRM.";

/// Is this how a path names it?
bool named(const Operation& operation, std::string_view segment) {
    if (operation.binding != Binding::unbound) {
        if (!segment.starts_with(bound_prefix)) return false;
        segment.remove_prefix(bound_prefix.size());
    }
    return segment == operation.name;
}

/// An action has no parentheses; those of a function without parameters are empty or left out.
bool has_form(const Operation& operation, const Segment& segment) {
    if (!segment.arguments()) return true;
    if (operation.kind == OperationKind::action) return false;
    return !operation.parameters.empty() || segment.arguments()->empty();
}

Error not_built(const Operation& operation, const Segment& segment) {
    if (operation.words.empty()) return not_supported(segment.name());
    return {Errc::unsupported, std::string(operation.words), {}, {}};
}

bool bound_to(const Operation& operation, const schema::Table* table) {
    return operation.table.empty() || (table != nullptr && table->name == operation.table);
}

Error unresolved() {
    return {Errc::unresolved_parameters, "Request message has unresolved parameters", {}};
}

}  // namespace

const std::vector<const Operation*>& all_operations() {
    static const auto all = [] {
        std::vector<const Operation*> out;
        for (const auto* const rows : operation_rows()) {
            for (const auto& operation : *rows) out.push_back(&operation);
        }
        return out;
    }();
    return all;
}

std::string_view method_of(const Operation& operation) {
    return operation.kind == OperationKind::action ? "POST" : "GET";
}

const Operation* find_operation(
    const Segment& segment, Binding binding, const schema::Table* table
) {
    const auto found = std::ranges::find_if(all_operations(), [&](const Operation* one) {
        return one->status == OperationStatus::built && one->binding == binding &&
               named(*one, segment.name()) && bound_to(*one, table) && has_form(*one, segment);
    });
    return found == all_operations().end() ? nullptr : *found;
}

Error unknown_segment(const Segment& segment) {
    for (const auto* const one : all_operations()) {
        const bool built = one->status == OperationStatus::built;
        if (!built && named(*one, segment.name())) {
            const bool addressed = one->status == OperationStatus::not_built;
            return addressed ? not_built(*one, segment) : unresolved();
        }
        if (built && one->binding != Binding::unbound && segment.name() == one->name) {
            return unresolved();
        }
    }
    return no_such_segment(segment.name());
}

}  // namespace rookery::odata
