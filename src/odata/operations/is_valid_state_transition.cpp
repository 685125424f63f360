// IsValidStateTransition: whether a row could be given a state, by its invariant name, with a status.
#include "odata/operations/operation.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/raw_parameters.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace rookery::odata::operations::is_valid_state_transition {
namespace {

constexpr Parameter parameters[] = {
    {"Entity", "@p1", "crmbaseentity"},
    {"NewState", "@p2"},
    {"NewStatus", "@p3", "Edm.Int32"},
};

std::string_view given(const RawParameters& all, std::string_view name) {
    const auto found = all.find(name);
    return found == all.end() ? std::string_view{} : std::string_view{found->second};
}

/// The tables whose rows have a state have a status too.
Result<const schema::Column*> states_of(const Function& function, const schema::Table& table) {
    const auto* states = table.column("statecode");
    if (states != nullptr && table.column("statuscode") != nullptr) return states;
    return fail(
        Errc::invalid_argument,
        "The '" + std::string{function.name} + "' method does not support entities of type '" +
            std::string{table.name} + "'."
    );
}

Result<messages::Message> read(Call& call) {
    const auto function = call.function();
    ROOKERY_TRY(
        const auto all, read_raw_parameters(function, call.arguments, call.request.options())
    );
    ROOKERY_TRY(auto target, target_of(given(all, "Entity"), call.request.origin()));
    if (!target) return wrong_parameter(function, "Entity");
    const auto name = text_of(given(all, "NewState"));
    const auto status = read_integer(given(all, "NewStatus"));
    using Int32 = std::numeric_limits<std::int32_t>;
    if (!status || *status < Int32::min() || *status > Int32::max()) {
        return wrong_parameter(function, "NewStatus");
    }
    ROOKERY_TRY(const auto* states, states_of(function, *target->table));
    const auto state = std::ranges::find_if(states->options, [&](const schema::Option& one) {
        return name && one.label == *name;
    });
    if (state == states->options.end()) return wrong_parameter(function, "NewState");
    return messages::Message{
        messages::IsValidStateTransition{std::move(*target), state->value, *status}};
}

void write(JsonWriter& json, const messages::StateTransitionReply& reply) {
    json.key("IsValid");
    json.boolean(reply.valid);
}

constexpr metadata::Field gives[] = {{"IsValid", "Edm.Boolean"}};

constexpr Operation operation{
    .name = "IsValidStateTransition",
    .kind = OperationKind::function,
    .parameters = parameters,
    .gives = gives,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::is_valid_state_transition
